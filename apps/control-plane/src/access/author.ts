import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.ts';
import type { Role } from './role.ts';

/** Who does something: what revisions and audit entries say about it. */
export interface Author {
  readonly name: string;
  readonly type: 'user' | 'admin_key' | 'system';
  readonly role: Role;
  readonly sourceIp: string | null;
  /** The person, also behind a token of their own; null for programs. What takes two persons compares this. */
  readonly userId: string | null;
}

/** What the guards found out about a request. */
export interface Caller {
  readonly author: Author;
  readonly principal: Principal;
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Remembers for the length of a request who sent it, in the role that holds here. Only the guards call this. */
export function rememberCaller(request: FastifyRequest, principal: Principal, role: Role): Caller {
  const { name, type, userId } = principal;
  const caller = { principal, author: { name, type, role, sourceIp: request.ip, userId } };
  callers.set(request, caller);
  return caller;
}

/** Who sent a request, as far as a guard has asked; undefined on public endpoints. */
export function knownCaller(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** Who sent a request, where a guard has let it through. */
export function findCaller(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** Who sent a request that a guard let through. On a public endpoint there is nobody, and this throws. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error(`No guard has established who calls ${request.method} ${request.routeOptions.url}.`);
  return caller;
}

/** Parameter decorator: the author of the request. */
export const Author = createParamDecorator((_: unknown, context: ExecutionContext): Author => {
  return callerOf(context.switchToHttp().getRequest<FastifyRequest>()).author;
});
