import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Proof } from './access.decorator.ts';
import { accessErrors } from './access.errors.ts';
import { ApiTokens } from './api-tokens.ts';
import type { Credential, Principal } from './principal.ts';
import { RefusedWrites } from './refused-writes.ts';
import { apiKeyOf, sessionTokenOf } from './request-credentials.ts';
import { hasHash } from './secret-token.ts';
import { type Session, Sessions } from './sessions.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Finds out who sends a request to `/api/v1`. */
@Injectable()
export class Authenticator {
  constructor(
    @Inject(ApiTokens) private readonly tokens: ApiTokens,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(RefusedWrites) private readonly refusals: RefusedWrites,
  ) {}

  /** A key is tried before the session: whoever sends both means the key. */
  async identify(request: FastifyRequest, via: readonly Proof[]): Promise<Principal> {
    const key = via.includes('key') ? apiKeyOf(request) : undefined;
    if (key !== undefined) return (await this.tokens.find(key)) ?? refuse();
    const token = via.includes('session') ? sessionTokenOf(request) : undefined;
    const session = token === undefined ? undefined : await this.sessions.find(token);
    if (!session) return refuse();
    if (!READING.has(request.method)) await this.#requireCsrfToken(request, session);
    return session.principal;
  }

  /** Whom a credential stands for at this moment; for what lives longer than one request. */
  async recheck(credential: Credential): Promise<Principal | undefined> {
    if (credential.type === 'key') return this.tokens.read(credential.hash);
    return (await this.sessions.peek(credential.hash))?.principal;
  }

  /** A browser sends the cookie with whatever any page asks for, but only our pages can read the token. */
  async #requireCsrfToken(request: FastifyRequest, { principal, csrfHash }: Session): Promise<void> {
    const sent = request.headers['x-csrf-token'];
    if (typeof sent === 'string' && hasHash(sent, csrfHash)) return;
    const error = accessErrors.CSRF_REJECTED();
    await this.refusals.record(request, principal, error);
    throw error;
  }
}

function refuse(): never {
  throw accessErrors.UNAUTHENTICATED();
}
