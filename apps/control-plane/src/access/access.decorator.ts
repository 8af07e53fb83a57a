import { SetMetadata } from '@nestjs/common';
import type { Role } from './role.ts';

/** How a caller may prove who it is: a browser by its session, a program by an admin key. */
export type Proof = 'session' | 'key';

/** What a handler needs. A handler without a rule answers nobody. */
export type AccessRule =
  | { readonly type: 'role'; readonly role: Role; readonly via: readonly Proof[] }
  | { readonly type: 'public'; readonly reason: string }
  | { readonly type: 'admin-api' };

/** Key of the metadata that holds a handler's rule. */
export const ACCESS_RULE = Symbol('access rule');

/** The handler needs at least this role, proved in one of these ways. */
export const Access = (needed: { readonly role: Role; readonly via: readonly Proof[] }) =>
  SetMetadata(ACCESS_RULE, { type: 'role', ...needed } satisfies AccessRule);

/** Anybody may call the handler, for this reason. */
export const Public = (reason: string) => SetMetadata(ACCESS_RULE, { type: 'public', reason } satisfies AccessRule);

/** The handler belongs to the compatible Admin API: an admin key, and refusals in that API's own words. */
export const AdminApiAccess = () => SetMetadata(ACCESS_RULE, { type: 'admin-api' } satisfies AccessRule);
