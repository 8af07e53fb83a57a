import { isJsonObject } from '@sluice/schema';
import { readJwt } from '../shared/jwt.ts';
import type { IdentityHeaders } from './identity-headers.ts';
import type { SessionTimes } from './session-times.ts';

/** What is remembered of somebody who has signed in. */
export interface SessionData extends SessionTimes {
  /** When the provider last said who it is. */
  readonly askedAt: number;
  readonly accessToken?: string | undefined;
  /** Seconds since the epoch. */
  readonly accessTokenEndsAt?: number | undefined;
  readonly refreshToken?: string | undefined;
  readonly idToken?: string | undefined;
  readonly user?: object | undefined;
}

/** A session, opened, with all that follows from what it holds. */
export interface Session {
  readonly data: SessionData;
  readonly idTokenClaims: Readonly<Record<string, unknown>> | undefined;
  /** Who it is, as other plugins see it. */
  readonly user: Readonly<Record<string, unknown>>;
  /** With, and without the access token: one that has ended is not passed on. */
  readonly headers: IdentityHeaders;
  readonly headersWithoutAccess: IdentityHeaders;
  /** Why it does not fit the configured schema. */
  readonly problem: string | undefined;
  /** The random number under which it is kept on a server. */
  readonly id?: string | undefined;
}

/** Reads what was sealed as a session; undefined for anything else. */
export function sessionDataOf(value: unknown): SessionData | undefined {
  return isJsonObject(value) && typeof value['begunAt'] === 'number' ? (value as unknown as SessionData) : undefined;
}

/** The claims of an ID token that was verified when it came. */
export function idTokenClaimsOf({
  idToken,
}: Pick<SessionData, 'idToken'>): Readonly<Record<string, unknown>> | undefined {
  return idToken === undefined ? undefined : readJwt(idToken)?.claims;
}
