import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AdminKeyRefusal } from './access.errors.ts';
import { ApiTokens } from './api-tokens.ts';
import { rememberCaller } from './author.ts';
import { Keyless } from './keyless.ts';
import type { Principal } from './principal.ts';
import { RefusedWrites } from './refused-writes.ts';
import { adminApiKeyOf } from './request-credentials.ts';
import { includesRole, type Role, roleIn } from './role.ts';
import { isReading, kindOfPath, refusedByLimits } from './token-limits.ts';

/** The group that the Admin API addresses where its path names none. */
const DEFAULT_GROUP = 'default';

/** Stands before the compatible Admin API: admin keys only, and refusals in the words that its clients know. */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  constructor(
    @Inject(ApiTokens) private readonly tokens: ApiTokens,
    @Inject(RefusedWrites) private readonly refusals: RefusedWrites,
    @Inject(Keyless) private readonly keyless: Keyless,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = adminApiKeyOf(request);
    const known = key === undefined ? undefined : await this.tokens.find(key);
    const principal = known ?? this.keyless.principalOf(request);
    if (!principal) throw new AdminKeyRefusal(key === undefined ? 'missing apikey' : 'wrong apikey');
    try {
      rememberCaller(request, principal, admittedRole(request, principal));
    } catch (error) {
      await this.refusals.record(request, principal, error);
      throw error;
    }
    return true;
  }
}

/** The role in which a key is admitted. One that is not for this group, this interface or this kind is no key here. */
function admittedRole(request: FastifyRequest, { grants, limits }: Principal): Role {
  const { group = DEFAULT_GROUP, resource } = request.params as { readonly group?: string; readonly resource?: string };
  const role = roleIn(grants, group);
  const call = { api: 'admin-api', method: 'GET', kind: kindOfPath(request), anyKind: resource === undefined } as const;
  if (role === undefined || refusedByLimits(limits, call) !== undefined) throw new AdminKeyRefusal('wrong apikey');
  const mayWrite = includesRole(role, 'editor') && limits?.readOnly !== true;
  if (!isReading(request.method) && !mayWrite) throw new AdminKeyRefusal('invalid method for role viewer');
  return role;
}
