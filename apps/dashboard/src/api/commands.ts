import type { Explanation, ExplainRequest } from '@sluice/schema';
import { client } from './client.ts';
import { groupPath } from './queries.ts';
import type { JsonRecord, Resource, Session } from './types.ts';

/** What a write expects to find: this version of the resource, or nothing yet, or whatever is there. */
export type Expectation = { readonly revision: number } | 'absent' | 'anything';

/** A resource as it shall be. Without an id the control plane chooses one. */
export interface ResourceWrite {
  readonly plural: string;
  readonly id: string | undefined;
  readonly value: JsonRecord;
  readonly expect: Expectation;
  readonly message?: string | undefined;
}

/** A join token as it shall be. Without an end it lets data planes in until it is revoked. */
export interface JoinTokenRequest {
  readonly name: string;
  readonly expires_in_seconds?: number;
}

/** Longer than the control plane waits for a data plane, so that its words about that arrive. */
const explainMs = 45_000;

/** A request to be explained, and by whom; without a name, by any data plane that is connected. */
export interface ExplainQuestion extends Partial<ExplainRequest> {
  readonly url: string;
  readonly instance?: string | undefined;
}

/** An explanation, whose it is, and which revision is served there. */
export interface ExplainAnswer extends Explanation {
  readonly instance: string;
  readonly revision: number;
}

/** Every call that changes something inside a group. */
export const groupCommands = (group: string) => ({
  write: ({ plural, id, value, expect, message }: ResourceWrite) =>
    id === undefined
      ? client.send('POST /groups/{group}/resources/{plural}', {
          path: { group, plural },
          body: value,
          query: { message },
        })
      : client.send('PUT /groups/{group}/resources/{plural}/{id}', {
          path: { group, plural, id },
          body: value,
          query: { message },
          headers: preconditions(expect),
        }),

  /** What a write would say, without writing. */
  tryWrite: (plural: string, id: string, value: JsonRecord) =>
    client.send('PUT /groups/{group}/resources/{plural}/{id}', {
      path: { group, plural, id },
      body: value,
      query: { dry_run: true },
    }),

  remove: (plural: string, resource: Resource) =>
    client.send('DELETE /groups/{group}/resources/{plural}/{id}', {
      path: { group, plural, id: resource.id },
      headers: preconditions({ revision: resource.modified_revision }),
    }),

  /** What a data plane does with a request: one that is described, or one that is really sent. */
  explain: (question: ExplainQuestion) =>
    client.call<ExplainAnswer>('POST', `${groupPath(group)}/explain`, { body: question, timeoutMs: explainMs }),

  drain: (instance: string) =>
    client.send('POST /groups/{group}/instances/{id}/drain', { path: { group, id: instance } }),

  createJoinToken: (wanted: JoinTokenRequest) =>
    client.send('POST /groups/{group}/join-tokens', { path: { group }, body: wanted }),

  revokeJoinToken: (id: string) => client.send('DELETE /groups/{group}/join-tokens/{id}', { path: { group, id } }),
});

function preconditions(expect: Expectation): { 'If-Match'?: string; 'If-None-Match'?: '*' } {
  if (expect === 'anything') return {};
  return expect === 'absent' ? { 'If-None-Match': '*' } : { 'If-Match': `"${expect.revision}"` };
}

/** Begins a session; the client uses its CSRF token from then on. */
export async function signIn(username: string, password: string): Promise<Session> {
  const session = await client.send('POST /session', { body: { username, password } });
  client.useCsrfToken(session.csrf_token);
  return session;
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await client.send('DELETE /session', {});
  client.useCsrfToken(null);
}

/** Changes the password of whoever is signed in; their other sessions end. */
export function changePassword(current: string, next: string): Promise<void> {
  return client.send('POST /session/password', { body: { current_password: current, new_password: next } });
}
