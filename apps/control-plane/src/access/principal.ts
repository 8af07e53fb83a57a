import type { Grant } from './role.ts';

/** With what a request proved who sent it. */
export type Credential =
  | { readonly type: 'session'; readonly hash: Buffer; readonly userId: string }
  | { readonly type: 'key'; readonly hash: Buffer };

/** Who sent a request, before it is known what the request needs. */
export interface Principal {
  readonly name: string;
  readonly type: 'user' | 'admin_key';
  readonly grants: readonly Grant[];
  readonly credential: Credential;
}
