import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS_RULE, type AccessRule } from './access.decorator.ts';
import { accessErrors } from './access.errors.ts';
import { AdminKeyGuard } from './admin-key.guard.ts';
import { Authenticator } from './authenticator.ts';
import { rememberCaller } from './author.ts';
import { includesRole, roleIn } from './role.ts';

/** Stands before every handler of the application. What a handler needs, it says with `@Access` or `@Public`. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(AdminKeyGuard) private readonly adminKeys: AdminKeyGuard,
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

  async #admit(request: FastifyRequest, rule: AccessRule & { type: 'role' }): Promise<void> {
    const principal = await this.authenticator.identify(request, rule.via);
    const role = roleIn(principal.grants, groupOf(request));
    if (role === undefined || !includesRole(role, rule.role)) {
      throw accessErrors.FORBIDDEN(`${principal.name} is ${role ?? 'nobody'} here, ${rule.role} is needed`);
    }
    const { name, type } = principal;
    rememberCaller(request, { principal, author: { name, type, role, sourceIp: request.ip } });
  }
}

function groupOf(request: FastifyRequest): string | null {
  return (request.params as { readonly group?: string }).group ?? null;
}
