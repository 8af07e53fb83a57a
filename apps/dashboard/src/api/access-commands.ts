import type { TokenRequest, UserFields } from './access-types.ts';
import { client } from './client.ts';
import type { Role } from './types.ts';

/** Longer than other calls: every row of the history is read. */
const verifyMs = 300_000;

/** Every call that changes who gets in. */
export const accessCommands = {
  /** Answers the password that the control plane made up, this once. */
  createUser: ({ disabled: _disabled, ...fields }: UserFields & { readonly username: string }) =>
    client.send('POST /users', { body: { ...fields, must_change_password: true } }),

  changeUser: (username: string, fields: UserFields) =>
    client.send('PATCH /users/{username}', { path: { username }, body: fields }),

  deleteUser: (username: string) => client.send('DELETE /users/{username}', { path: { username } }),

  /** Answers a temporary password, this once. */
  resetPassword: (username: string) => client.send('POST /users/{username}/password', { path: { username }, body: {} }),

  endSessionsOf: (username: string) => client.send('DELETE /users/{username}/sessions', { path: { username } }),

  endSession: (id: string) => client.send('DELETE /sessions/{id}', { path: { id } }),

  setMember: (group: string, username: string, role: Role) =>
    client.send('PUT /groups/{group}/members/{username}', { path: { group, username }, body: { role } }),

  removeMember: (group: string, username: string) =>
    client.send('DELETE /groups/{group}/members/{username}', { path: { group, username } }),

  createServiceToken: (wanted: TokenRequest) => client.send('POST /tokens', { body: wanted }),

  revokeServiceToken: (id: string) => client.send('DELETE /tokens/{id}', { path: { id } }),

  createOwnToken: (wanted: TokenRequest) => client.send('POST /account/tokens', { body: wanted }),

  revokeOwnToken: (id: string) => client.send('DELETE /account/tokens/{id}', { path: { id } }),

  endOwnSession: (id: string) => client.send('DELETE /account/sessions/{id}', { path: { id } }),

  endOtherSessions: () => client.send('DELETE /account/sessions', {}),

  /** Whether every row of the history is what was written; of one group, or of everything. */
  verify: (group?: string) =>
    client.send('POST /audit/verify', { body: group === undefined ? {} : { group } }, { timeoutMs: verifyMs }),
};
