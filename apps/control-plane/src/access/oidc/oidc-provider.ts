import { isIP } from 'node:net';
import * as oidc from 'openid-client';
import type { Settings } from '../../config/settings.ts';
import { StartError } from '../../start-error.ts';
import { OidcProblem } from './oidc-problem.ts';

const PROVIDER_TIMEOUT_SECONDS = 10;
/** What the provider says of itself is asked for again after this long. */
const KNOWN_FOR_MS = 3_600_000;

/** What has to be kept of a sign-in while somebody is with the provider. */
export interface OidcChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** What the provider said about somebody: its ID token, completed by its user information where that says more. */
export interface ProviderClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The OpenID Connect provider: authorization code flow with PKCE, state and nonce; the signature of the ID token counts. */
export class OidcProvider {
  readonly #issuer: URL;
  readonly #clientId: string;
  readonly #settings: Settings;
  #known: { readonly configuration: Promise<oidc.Configuration>; readonly at: number } | undefined;

  constructor(settings: Settings & { readonly oidc_issuer: string; readonly oidc_client_id: string }) {
    this.#settings = settings;
    this.#issuer = new URL(settings.oidc_issuer);
    this.#clientId = settings.oidc_client_id;
  }

  /** The provider of the settings, or undefined where they name none. Throws a StartError where they cannot work. */
  static of(settings: Settings): OidcProvider | undefined {
    const { oidc_issuer: issuer, oidc_client_id: clientId } = settings;
    if (issuer === undefined) return undefined;
    if (clientId === undefined) throw new StartError('SLUICE_OIDC_CLIENT_ID: is required where an issuer is named.');
    const { protocol, hostname } = new URL(issuer);
    if (protocol !== 'https:' && !isLoopback(hostname))
      throw new StartError('SLUICE_OIDC_ISSUER: must be https, but for a provider of this machine.');
    return new OidcProvider({ ...settings, oidc_issuer: issuer, oidc_client_id: clientId });
  }

  /** Begins a sign-in: where to send the browser, and what to hold its return against. */
  async begin(redirectUri: string): Promise<{ url: URL; checks: OidcChecks }> {
    const configuration = await this.#configuration();
    const verifier = oidc.randomPKCECodeVerifier();
    const checks = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, redirectUri };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.#settings.oidc_scopes.join(' '),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: checks.state,
      nonce: checks.nonce,
    });
    return { url, checks };
  }

  /** Ends a sign-in: exchanges the code of the query with which the browser came back. */
  async finish(query: string, { state, nonce, verifier, redirectUri }: OidcChecks): Promise<ProviderClaims> {
    const configuration = await this.#configuration();
    const url = new URL(redirectUri);
    url.search = query;
    try {
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      const tokens = await oidc.authorizationCodeGrant(configuration, url, checks);
      const idToken = tokens.claims();
      if (!idToken) throw new OidcProblem('oidc_refused');
      const more = this.#isComplete(idToken)
        ? {}
        : await userInformation(configuration, tokens.access_token, idToken.sub);
      return { issuer: idToken.iss, subject: idToken.sub, claims: { ...more, ...idToken } };
    } catch (error) {
      throw problemOf(error);
    }
  }

  #isComplete(claims: Readonly<Record<string, unknown>>): boolean {
    const { oidc_username_claim: username, oidc_roles_claim: roles } = this.#settings;
    const root = roles.split('.')[0] ?? '';
    return username in claims && (roles in claims || root in claims);
  }

  #configuration(): Promise<oidc.Configuration> {
    const now = performance.now();
    if (this.#known && now - this.#known.at < KNOWN_FOR_MS) return this.#known.configuration;
    const known = { configuration: this.#discover(), at: now };
    this.#known = known;
    known.configuration.catch(() => {
      // The next one who wants to sign in asks again.
      if (this.#known === known) this.#known = undefined;
    });
    return known.configuration;
  }

  async #discover(): Promise<oidc.Configuration> {
    const insecure = this.#issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    const options = { execute: [...insecure, oidc.enableNonRepudiationChecks], timeout: PROVIDER_TIMEOUT_SECONDS };
    try {
      const secret = this.#settings.oidc_client_secret;
      const found = await oidc.discovery(this.#issuer, this.#clientId, undefined, oidc.None(), options);
      const server = found.serverMetadata();
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      const usual = methods.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
      const proof = secret === undefined ? oidc.None() : usual(secret);
      const configuration = new oidc.Configuration(server, this.#clientId, undefined, proof);
      configuration.timeout = PROVIDER_TIMEOUT_SECONDS;
      for (const enable of options.execute) enable(configuration);
      return configuration;
    } catch (error) {
      throw new OidcProblem('oidc_unavailable', error);
    }
  }
}

async function userInformation(configuration: oidc.Configuration, accessToken: string, subject: string) {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  return oidc.fetchUserInfo(configuration, accessToken, subject);
}

function problemOf(error: unknown): OidcProblem {
  if (error instanceof OidcProblem) return error;
  if (error instanceof oidc.AuthorizationResponseError)
    return new OidcProblem(error.error === 'access_denied' ? 'oidc_denied' : 'oidc_refused', error);
  const isAway = error instanceof TypeError || (error as { code?: unknown }).code === 'OAUTH_TIMEOUT';
  return new OidcProblem(isAway ? 'oidc_unavailable' : 'oidc_refused', error);
}

function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return hostname === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
