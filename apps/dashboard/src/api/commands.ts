import type { Explanation, ExplainRequest } from '@sluice/schema';
import { client } from './client.ts';
import { instancePath } from './fleet-queries.ts';
import { groupPath, resourcePath } from './queries.ts';
import type { InstanceCommand, JsonRecord, NewJoinToken, Resource, Session, Written } from './types.ts';

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

/** The answer of a call that may have made a revision; null where it changed nothing. */
export interface MadeRevision {
  readonly revision: number | null;
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
      ? client.call<Written>('POST', `${groupPath(group)}/resources/${encodeURIComponent(plural)}`, {
          body: value,
          query: { message },
        })
      : client.call<Written>('PUT', resourcePath(group, plural, id), {
          body: value,
          query: { message },
          headers: preconditions(expect),
        }),

  /** What a write would say, without writing. */
  tryWrite: (plural: string, id: string, value: JsonRecord) =>
    client.call<Written>('PUT', resourcePath(group, plural, id), { body: value, query: { dry_run: true } }),

  remove: (plural: string, resource: Resource) =>
    client.call<MadeRevision>('DELETE', resourcePath(group, plural, resource.id), {
      headers: preconditions({ revision: resource.modified_revision }),
    }),

  rollBack: (number: number, message: string) =>
    client.call<MadeRevision>('POST', `${groupPath(group)}/revisions/${number}/rollback`, { body: { message } }),

  undo: (number: number, message: string) =>
    client.call<MadeRevision>('POST', `${groupPath(group)}/revisions/${number}/revert`, { body: { message } }),

  /** What a data plane does with a request: one that is described, or one that is really sent. */
  explain: (question: ExplainQuestion) =>
    client.call<ExplainAnswer>('POST', `${groupPath(group)}/explain`, { body: question, timeoutMs: explainMs }),

  drain: (instance: string) =>
    client.call<{ command: InstanceCommand }>('POST', `${instancePath(group, instance)}/drain`),

  createJoinToken: (wanted: JoinTokenRequest) =>
    client.call<NewJoinToken>('POST', `${groupPath(group)}/join-tokens`, { body: wanted }),

  revokeJoinToken: (id: string) =>
    client.call<void>('DELETE', `${groupPath(group)}/join-tokens/${encodeURIComponent(id)}`),
});

function preconditions(expect: Expectation): Record<string, string> {
  if (expect === 'anything') return {};
  return expect === 'absent' ? { 'if-none-match': '*' } : { 'if-match': `"${expect.revision}"` };
}

/** Begins a session; the client uses its CSRF token from then on. */
export async function signIn(username: string, password: string): Promise<Session> {
  const session = await client.call<Session>('POST', '/session', { body: { username, password } });
  client.useCsrfToken(session.csrf_token);
  return session;
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await client.call<void>('DELETE', '/session');
  client.useCsrfToken(null);
}

/** Changes the password of whoever is signed in; their other sessions end. */
export function changePassword(current: string, next: string): Promise<void> {
  return client.call('POST', '/session/password', { body: { current_password: current, new_password: next } });
}
