import { SetMetadata } from '@nestjs/common';
import type { Role } from './role.ts';

/** How a caller may prove who it is: a browser by its session, a program by an admin key. */
export type Proof = 'session' | 'key';

/** What a handler needs of its caller. */
export interface RoleNeed {
  readonly role: Role;
  readonly via: readonly Proof[];
  /** The role in any one group is enough; the handler then answers about the groups where the caller has it. */
  readonly anywhere?: boolean;
  /** A temporary password is enough: what somebody needs who has to choose another. */
  readonly temporaryPassword?: boolean;
  /** A token for some kinds only may call it: it tells nothing of other kinds. Paths that name a kind need no such word. */
  readonly anyKind?: boolean;
}

/** What a handler needs. A handler without a rule answers nobody. */
export type AccessRule =
  | ({ readonly type: 'role' } & RoleNeed)
  | { readonly type: 'public'; readonly reason: string }
  | { readonly type: 'admin-api' };

/** Key of the metadata that holds a handler's rule. */
export const ACCESS_RULE = Symbol('access rule');

/** The handler needs at least this role, in the group of its path or (without one) everywhere, proved in one of these ways. */
export const Access = (needed: RoleNeed) => SetMetadata(ACCESS_RULE, { type: 'role', ...needed } satisfies AccessRule);

/** Anybody may call the handler, for this reason. */
export const Public = (reason: string) => SetMetadata(ACCESS_RULE, { type: 'public', reason } satisfies AccessRule);

/** The handler belongs to the compatible Admin API: an admin key, and refusals in that API's own words. */
export const AdminApiAccess = () => SetMetadata(ACCESS_RULE, { type: 'admin-api' } satisfies AccessRule);
