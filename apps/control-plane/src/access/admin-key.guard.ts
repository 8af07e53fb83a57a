import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AdminKeyRefusal } from './access.errors.ts';
import { ApiTokens } from './api-tokens.ts';
import { rememberCaller } from './author.ts';
import { adminApiKeyOf } from './request-credentials.ts';
import { includesRole, roleIn } from './role.ts';

/** The group that the Admin API addresses where its path names none. */
const DEFAULT_GROUP = 'default';

/** Stands before the compatible Admin API: admin keys only, and refusals in the words that its clients know. */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  constructor(@Inject(ApiTokens) private readonly tokens: ApiTokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = adminApiKeyOf(request);
    if (key === undefined) throw new AdminKeyRefusal('missing apikey');
    const principal = await this.tokens.find(key);
    const { group = DEFAULT_GROUP } = request.params as { readonly group?: string };
    // The key of another group is no key here.
    const role = principal && roleIn(principal.grants, group);
    if (!principal || !role) throw new AdminKeyRefusal('wrong apikey');
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    if (!isReading && !includesRole(role, 'editor')) throw new AdminKeyRefusal('invalid method for role viewer');
    const { name, type } = principal;
    rememberCaller(request, { principal, author: { name, type, role, sourceIp: request.ip } });
    return true;
  }
}
