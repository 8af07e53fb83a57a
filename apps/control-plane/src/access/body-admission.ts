import type { FastifyRequest } from 'fastify';
import { accessErrors } from './access.errors.ts';
import type { Authenticator } from './authenticator.ts';
import { roleIn } from './role.ts';

/** Admits whoever has any role in the group of the path; what exactly is needed, the guard of the handler asks later. */
export async function admitToBody(request: FastifyRequest, authenticator: Authenticator): Promise<void> {
  const { name, grants } = await authenticator.identify(request, ['session', 'key']);
  const { group = null } = request.params as { readonly group?: string };
  if (roleIn(grants, group) === undefined) throw accessErrors.FORBIDDEN(`${name} has no role here`);
}
