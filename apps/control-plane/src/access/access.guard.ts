import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS_RULE, type AccessRule, type RoleNeed } from './access.decorator.ts';
import { accessErrors } from './access.errors.ts';
import { AdminKeyGuard } from './admin-key.guard.ts';
import { Authenticator } from './authenticator.ts';
import { rememberCaller } from './author.ts';
import type { Principal } from './principal.ts';
import { RefusedWrites } from './refused-writes.ts';
import { includesRole, type Role, roleAnywhere, roleIn } from './role.ts';
import { kindOfPath, refusedByLimits } from './token-limits.ts';

/** Stands before every handler of the application. What a handler needs, it says with `@Access` or `@Public`. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(AdminKeyGuard) private readonly adminKeys: AdminKeyGuard,
    @Inject(RefusedWrites) private readonly refusals: RefusedWrites,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, targets);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    switch (rule?.type) {
      case 'public':
        return true;
      case 'admin-api':
        return this.adminKeys.canActivate(context);
      case 'role':
        await this.#admit(request, rule);
        return true;
      case undefined:
        // Closed by default: a rule that was forgotten must not open a door.
        throw accessErrors.FORBIDDEN(`${context.getClass().name}.${context.getHandler().name} has no access rule`);
    }
  }

  async #admit(request: FastifyRequest, need: RoleNeed): Promise<void> {
    const principal = await this.authenticator.identify(request, need.via);
    try {
      rememberCaller(request, principal, admittedRole(request, principal, need));
    } catch (error) {
      await this.refusals.record(request, principal, error);
      throw error;
    }
  }
}

/** The role in which a caller is admitted; throws where what it has is not enough. */
function admittedRole(request: FastifyRequest, principal: Principal, need: RoleNeed): Role {
  const { name, limits, grants, mustChangePassword } = principal;
  if (mustChangePassword && !need.temporaryPassword) throw accessErrors.PASSWORD_CHANGE_NEEDED(name);
  const call = { api: 'api', method: request.method, kind: kindOfPath(request) } as const;
  const limit = refusedByLimits(limits, { ...call, anyKind: need.anyKind ?? false });
  if (limit !== undefined) throw accessErrors.TOKEN_LIMITED(`${name}: ${limit}`);
  const role = need.anywhere ? roleAnywhere(grants) : roleIn(grants, groupOf(request));
  if (role !== undefined && includesRole(role, need.role)) return role;
  throw accessErrors.FORBIDDEN(`${name} is ${role ?? 'nobody'} here, ${need.role} is needed`);
}

function groupOf(request: FastifyRequest): string | null {
  return (request.params as { readonly group?: string }).group ?? null;
}
