import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Sealing } from '../../sealing/sealing.ts';
import { readCookie } from '../request-credentials.ts';
import type { OidcChecks } from './oidc-provider.ts';

const COOKIE = 'sluice_oidc';
const COOKIE_PATH = '/api/v1/session/oidc';
const PURPOSE = 'oidc flow';
const LIVES_SECONDS = 600;

/** A sign-in that is under way in one browser. */
export interface OidcFlow extends OidcChecks {
  /** The page to which it leads in the end. */
  readonly page: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Keeps a sign-in in a cookie of the browser that began it, sealed: any control plane can end it, nothing has to be
 * cleaned up, and nobody can be made to end a sign-in that somebody else began.
 */
@Injectable()
export class OidcFlows {
  constructor(@Inject(Sealing) private readonly sealing: Sealing) {}

  /** The `set-cookie` value that keeps a sign-in. Lax, because the way back begins at the provider's site. */
  keep(checks: OidcChecks, page: string, isSecure: boolean): string {
    const flow: OidcFlow = { ...checks, page, until: Date.now() + LIVES_SECONDS * 1_000 };
    const sealed = this.sealing.sealText(PURPOSE, JSON.stringify(flow)).toString('base64url');
    return cookie(sealed, LIVES_SECONDS, isSecure);
  }

  /** The `set-cookie` value that forgets it: each is good for one attempt. */
  forget(isSecure: boolean): string {
    return cookie('', 0, isSecure);
  }

  /** The sign-in that the browser of a request began; undefined where it began none, or too long ago. */
  of(request: FastifyRequest): OidcFlow | undefined {
    const sealed = readCookie(request, COOKIE);
    if (sealed === undefined) return undefined;
    try {
      const flow = JSON.parse(this.sealing.openText(PURPOSE, Buffer.from(sealed, 'base64url'))) as OidcFlow;
      return flow.until > Date.now() ? flow : undefined;
    } catch {
      // Whatever it is, we did not seal it.
      return undefined;
    }
  }
}

/** A page of the dashboard, never of another site. */
export function ownPage(path: string | undefined): string {
  const isOwn = path !== undefined && path.length <= 2_000 && /^\/(?![/\\])[\x21-\x7e]*$/.test(path);
  return isOwn && !path.startsWith('/sign-in') && !path.startsWith('/api/') ? path : '/';
}

function cookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const parts = [`${COOKIE}=${value}`, `Path=${COOKIE_PATH}`, 'HttpOnly', 'SameSite=Lax', `Max-Age=${maxAgeSeconds}`];
  if (isSecure) parts.push('Secure');
  return parts.join('; ');
}
