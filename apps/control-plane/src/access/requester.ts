import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AuditEntry } from '../audit/audit-writer.ts';
import { accessErrors } from './access.errors.ts';
import { type Caller, callerOf } from './author.ts';
import { coversGrants, type Grant } from './role.ts';

/** Who asks for something that the audit trail tells of. */
export interface Requester extends Caller {
  readonly requestId: string;
}

/** Parameter decorator: who sent the request, as far as rights and the audit trail go. */
export const Requester = createParamDecorator((_: unknown, context: ExecutionContext): Requester => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { ...callerOf(request), requestId: request.id };
});

/** The part of an audit entry that says who did it. */
export function signedBy({ author, requestId }: Requester) {
  return {
    actor: author.name,
    actor_type: author.type,
    source_ip: author.sourceIp,
    request_id: requestId,
  } satisfies Partial<AuditEntry>;
}

/** Refuses to hand out, take away or act upon rights that the requester does not have. */
export function requireGrants({ principal }: Requester, grants: readonly Grant[]): void {
  if (!coversGrants(principal.grants, grants)) throw accessErrors.ABOVE_YOURSELF(principal.name);
}
