import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { callerOf } from '../access/author.ts';
import { roleIn } from '../access/role.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { Groups } from '../resources/groups.ts';
import { systemSchema } from './system.schema.ts';
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
  @Access({ role: 'viewer', via: ['session', 'key'], anywhere: true, anyKind: true })
  @ApiOperation({ summary: 'Show what this control plane is', answers: systemSchema })
  async about(@Req() request: FastifyRequest): Promise<object> {
    const { grants } = callerOf(request).principal;
    const all = (await this.groups.list()).map(({ name }) => name);
    const groups = all.filter((name) => roleIn(grants, name) !== undefined);
    const etcd = this.settings.etcd_endpoints.length > 0;
    return { product: 'Sluice', version, started_at: this.#startedAt, etcd, groups };
  }
}
