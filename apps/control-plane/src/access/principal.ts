import type { Grant } from './role.ts';

/** With what a request proved who sent it. */
export type Credential =
  | { readonly type: 'session'; readonly hash: Buffer; readonly userId: string }
  | { readonly type: 'key'; readonly hash: Buffer };

/** The interfaces that a token may be good for. */
export const tokenApis = ['api', 'admin-api'] as const;

/** `/api/v1`, or the compatible Admin API. */
export type TokenApi = (typeof tokenApis)[number];

/** How far a token reaches, besides its role. */
export interface TokenLimits {
  readonly readOnly: boolean;
  readonly apis: readonly TokenApi[];
  /** The only kinds of resources that it reads and writes; null: all, and whatever else there is. */
  readonly kinds: readonly string[] | null;
  readonly expiresAt: Date | null;
}

/** Who sent a request, before it is known what the request needs. */
export interface Principal {
  readonly name: string;
  readonly type: 'user' | 'admin_key';
  readonly grants: readonly Grant[];
  readonly credential: Credential;
  /** The person behind it, by session or by a token of their own; null: a program. */
  readonly userId: string | null;
  /** Null: a session, or a key that reaches as far as its role does. */
  readonly limits: TokenLimits | null;
  /** The password is a temporary one, good for nothing but to choose another. */
  readonly mustChangePassword: boolean;
}
