import type { Kit, Reply, RequestContext } from '@sluice/plugin-kit';
import type { OpenidConfig } from './config.ts';
import type { KeptDocument } from './kept-document.ts';
import type { ProviderClient } from './provider-client.ts';
import { reasonOf } from './provider-error.ts';
import { endpointOf, type Metadata } from './provider-metadata.ts';
import { originOf } from './request-address.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import { page, redirectTo } from './uncached-reply.ts';

const signedOut = page('text/html', '<html><body>Logged Out</body></html>');

interface Parts {
  readonly config: OpenidConfig;
  readonly kit: Pick<Kit, 'log'>;
  readonly client: ProviderClient;
  readonly metadata: KeptDocument<Metadata>;
  readonly sessions: Sessions;
}

/** Ends sessions, here and at the provider (OpenID Connect RP-Initiated Logout 1.0). */
export class SignOut {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether somebody wants to sign out with this request. */
  isWanted({ request }: RequestContext): boolean {
    return request.original.path === this.#parts.config.logout_path;
  }

  /** Ends the session, whatever becomes of the provider, and sends the browser there or to where it shall go after that. */
  async finish(ctx: RequestContext, session: Session | undefined): Promise<Reply> {
    const { config, sessions } = this.#parts;
    await sessions.end(ctx);
    if (session && config.revoke_tokens_on_logout) await this.#revoke(session);
    const after = config.post_logout_redirect_uri?.startsWith('/')
      ? `${originOf(ctx)}${config.post_logout_redirect_uri}`
      : config.post_logout_redirect_uri;
    const address = (await this.#providersAddress(session, after)) ?? after;
    return address === undefined ? signedOut : redirectTo(address);
  }

  async #providersAddress(session: Session | undefined, after: string | undefined): Promise<string | undefined> {
    const { config, kit, metadata } = this.#parts;
    try {
      const endpoint = endpointOf(await metadata.get(), 'end_session_endpoint');
      if (endpoint === undefined) return undefined;
      const url = new URL(endpoint);
      const hint = session?.data.idToken;
      if (hint === undefined) url.searchParams.set('client_id', config.client_id);
      else url.searchParams.set('id_token_hint', hint);
      if (after !== undefined) url.searchParams.set('post_logout_redirect_uri', after);
      return url.href;
    } catch (error) {
      kit.log.warn('The OpenID provider is not told of a sign-out.', { error: reasonOf(error) });
      return undefined;
    }
  }

  async #revoke({ data: { accessToken, refreshToken } }: Session): Promise<void> {
    const { client, kit } = this.#parts;
    try {
      if (refreshToken !== undefined) await client.revoke(refreshToken, 'refresh_token');
      if (accessToken !== undefined) await client.revoke(accessToken, 'access_token');
    } catch (error) {
      kit.log.warn('The OpenID provider has not revoked tokens.', { error: reasonOf(error) });
    }
  }
}
