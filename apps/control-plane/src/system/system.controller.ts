import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { maySeeProofs } from '../access/proofs.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { Groups } from '../resources/groups.ts';
import { version } from './version.ts';

/** About this control plane, and the gateway groups that it serves. */
@Controller('api/v1')
export class SystemController {
  readonly #startedAt = new Date().toISOString();

  constructor(
    @Inject(Groups) private readonly groups: Groups,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('system')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  async about(): Promise<object> {
    const groups = (await this.groups.list()).map(({ name }) => name);
    const etcd = this.settings.etcd_endpoints.length > 0;
    return { product: 'Sluice', version, started_at: this.#startedAt, etcd, groups };
  }

  @Get('groups')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  async list(@Req() request: FastifyRequest): Promise<object> {
    const groups = await this.groups.list();
    const list = groups.map(({ name, headRevision, digest, resourceCount }) => ({
      name,
      revision: headRevision,
      ...(maySeeProofs(request, name) && { digest: digest.toString('hex') }),
      resource_count: resourceCount,
    }));
    return { list };
  }
}
