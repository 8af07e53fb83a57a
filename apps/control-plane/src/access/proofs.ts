import type { FastifyRequest } from 'fastify';
import { callerOf } from './author.ts';
import { includesRole, roleIn } from './role.ts';

/**
 * Whether the sender of a request may see the hashes that prove a state or a history. They cover secrets in plain: of two
 * states that differ in one resource, whoever sees both digests can try out what its secret might be.
 */
export function maySeeProofs(request: FastifyRequest, group: string): boolean {
  const role = roleIn(callerOf(request).principal.grants, group);
  return role !== undefined && includesRole(role, 'admin');
}
