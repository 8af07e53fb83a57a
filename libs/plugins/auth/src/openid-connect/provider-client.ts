import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Kit } from '@sluice/plugin-kit';
import { onDemand } from '@sluice/plugin-kit';
import type { Configuration, DPoPHandle, ServerMetadata } from 'openid-client';
import { readJwt } from '../shared/jwt.ts';
import { type ClientProof, clientProof } from './client-proof.ts';
import type { OpenidConfig } from './config.ts';
import type { KeptDocument } from './kept-document.ts';
import { type AskProvider, timeoutMsOf } from './provider-access.ts';
import { ProviderError } from './provider-error.ts';
import { endpointOf, type Metadata } from './provider-metadata.ts';
import { expectedAlgorithms, type TokenVerifier } from './token-verifier.ts';

const library = onDemand(() => import('openid-client'));

/** The tokens that a provider gives for a code, or for a refresh token. */
export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
  /** Seconds; undefined where the provider does not say. */
  readonly expiresIn: number | undefined;
}

/** What the answer of the provider is held against. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce?: string | undefined;
  readonly verifier?: string | undefined;
}

interface Parts {
  readonly config: OpenidConfig;
  readonly kit: Pick<Kit, 'clock' | 'log'>;
  readonly metadata: KeptDocument<Metadata>;
  readonly ask: AskProvider;
  readonly verifier: TokenVerifier;
}

interface Connected {
  readonly of: Metadata;
  readonly tokens: Configuration;
  readonly pushed: Configuration;
  readonly dpop: DPoPHandle | undefined;
}

/** The provider, as the gateway talks to it about the tokens of people. */
export class ProviderClient {
  readonly #parts: Parts;
  readonly #proof: ClientProof;
  readonly #pushedProof: ClientProof;
  #connected: Connected | undefined;

  constructor(parts: Parts) {
    const { config, kit } = parts;
    this.#parts = parts;
    const method = config.token_endpoint_auth_method;
    this.#proof = this.#withConfiguredAddress(clientProof(method, config, kit.clock));
    this.#pushedProof = clientProof(config.par?.endpoint_auth_method ?? method, config, kit.clock);
    // So that the first who comes does not wait for it.
    void Promise.resolve(library()).catch(() => undefined);
  }

  /** Where the browser must go to sign in. */
  async authorizationUrl(parameters: Readonly<Record<string, string>>): Promise<URL> {
    const [oidc, { tokens, pushed, dpop }] = await this.#ready();
    if (!this.#parts.config.par?.enabled) return oidc.buildAuthorizationUrl(tokens, parameters);
    return oidc.buildAuthorizationUrlWithPAR(pushed, parameters, { ...(dpop && { DPoP: dpop }) });
  }

  /** Exchanges a code: `url` is that by which the browser came back. */
  async exchange(url: URL, { state, nonce, verifier }: SignInChecks): Promise<Tokens> {
    const [oidc, { tokens, dpop }] = await this.#ready();
    const checks = {
      expectedState: state,
      ...(nonce !== undefined && { expectedNonce: nonce }),
      ...(verifier !== undefined && { pkceCodeVerifier: verifier }),
      idTokenExpected: this.#parts.config.scope.split(' ').includes('openid'),
    };
    const given = await oidc.authorizationCodeGrant(tokens, url, checks, undefined, { ...(dpop && { DPoP: dpop }) });
    return this.#checked(given);
  }

  /** New tokens for a refresh token. */
  async refresh(refreshToken: string): Promise<Tokens> {
    const [oidc, { tokens, dpop }] = await this.#ready();
    const given = await oidc.refreshTokenGrant(tokens, refreshToken, undefined, { ...(dpop && { DPoP: dpop }) });
    return this.#checked(given);
  }

  /** What the provider says of the user; undefined where it has no such endpoint. */
  async user(accessToken: string, subject: string | undefined): Promise<object | undefined> {
    const [oidc, { of: metadata, tokens, dpop }] = await this.#ready();
    if (endpointOf(metadata, 'userinfo_endpoint') === undefined) return undefined;
    const options = { ...(dpop && { DPoP: dpop }) };
    return oidc.fetchUserInfo(tokens, accessToken, subject ?? oidc.skipSubjectCheck, options);
  }

  /** Has the provider forget a token (RFC 7009), where it can. */
  async revoke(token: string, hint: 'access_token' | 'refresh_token'): Promise<void> {
    const [oidc, { of: metadata, tokens }] = await this.#ready();
    if (endpointOf(metadata, 'revocation_endpoint') === undefined) return;
    await oidc.tokenRevocation(tokens, token, { token_type_hint: hint });
  }

  async #checked(given: {
    readonly access_token: string;
    readonly id_token?: string;
    readonly refresh_token?: string;
    readonly expires_in?: number;
  }): Promise<Tokens> {
    const { access_token: accessToken, id_token: idToken, refresh_token: refreshToken, expires_in: expiresIn } = given;
    if (idToken !== undefined) await this.#checkSignature(idToken);
    return { accessToken, idToken, refreshToken, expiresIn };
  }

  /** The library trusts the connection to the provider for ID tokens; a proxy in between may end it. */
  async #checkSignature(idToken: string): Promise<void> {
    const jwt = readJwt(idToken);
    const { id_token_signing_alg_values_supported: supported } = await this.#parts.metadata.get();
    const isGood = jwt && (await this.#parts.verifier.isIdTokenSigned(jwt, Array.isArray(supported) ? supported : []));
    if (!isGood) throw new ProviderError('The signature of the ID token is not good.', false);
  }

  async #ready() {
    const oidc = await library();
    const metadata = await this.#parts.metadata.get();
    if (this.#connected?.of !== metadata) this.#connected = await this.#connect(oidc, metadata);
    return [oidc, this.#connected] as const;
  }

  async #connect(oidc: Library, metadata: Metadata): Promise<Connected> {
    const { config } = this.#parts;
    const server = { ...metadata, ...endpointsOf(config, metadata), ...supportedOf(config, metadata) };
    const tokens = this.#configuration(oidc, server, 'token_endpoint', this.#proof);
    const pushed = this.#configuration(oidc, server, 'pushed_authorization_request_endpoint', this.#pushedProof);
    const keys = config.dpop?.enabled ? await dpopKeys(config.dpop) : undefined;
    return { of: metadata, tokens, pushed, dpop: keys && oidc.getDPoPHandle(tokens, keys) };
  }

  #configuration(oidc: Library, server: Metadata, endpoint: string, prove: ClientProof): Configuration {
    const { config, ask } = this.#parts;
    const [only, ...others] = expectedAlgorithms(config) ?? [];
    const client = {
      ...(only !== undefined && others.length === 0 && { id_token_signed_response_alg: only }),
      [oidc.clockTolerance]: config.iat_slack,
    };
    const made = new oidc.Configuration(
      server as ServerMetadata,
      config.client_id,
      client,
      (_as, _client, body, headers) => prove(endpointOf(server, endpoint) ?? server.issuer, body, headers),
    );
    oidc.allowInsecureRequests(made);
    made.timeout = timeoutMsOf(config) / 1000;
    made[oidc.customFetch] = (url, { method, headers, body, signal }) =>
      fetchBy(ask, url, { method, headers, body, signal });
    return made;
  }

  /** The library writes an address anew, and takes its query off; the provider compares it letter by letter. */
  #withConfiguredAddress(prove: ClientProof): ClientProof {
    const { redirect_uri: configured = '/' } = this.#parts.config;
    if (configured.startsWith('/') || !URL.canParse(configured)) return prove;
    const rewritten = new URL(configured);
    rewritten.search = '';
    rewritten.hash = '';
    return (endpoint, body, headers) => {
      if (body.get('redirect_uri') === rewritten.href) body.set('redirect_uri', configured);
      prove(endpoint, body, headers);
    };
  }
}

type Library = Awaited<ReturnType<typeof library>>;

function endpointsOf({ par }: OpenidConfig, metadata: Metadata) {
  const name = 'pushed_authorization_request_endpoint';
  const endpoint = par?.endpoint ?? endpointOf(metadata, name);
  return endpoint === undefined ? {} : { [name]: endpoint };
}

/** Never `none`, whatever the provider says of itself. */
function supportedOf(config: OpenidConfig, metadata: Metadata) {
  const name = 'id_token_signing_alg_values_supported';
  const supported = expectedAlgorithms(config) ?? metadata[name];
  return Array.isArray(supported) ? { [name]: supported.filter((algorithm) => algorithm !== 'none') } : {};
}

async function dpopKeys({ private_key: pem = '', signing_alg: algorithm }: NonNullable<OpenidConfig['dpop']>) {
  const parameters = {
    ES256: { name: 'ECDSA', namedCurve: 'P-256' },
    RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  }[algorithm];
  const key = createPrivateKey(pem);
  return {
    privateKey: key.toCryptoKey(parameters, false, ['sign']),
    publicKey: createPublicKey(key).toCryptoKey(parameters, true, ['verify']),
  };
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

async function fetchBy(ask: AskProvider, url: string, { method, headers, body, signal }: Sent): Promise<Response> {
  const answer = await ask(url, {
    method,
    headers,
    body: body === undefined || body === null ? null : String(body),
    ...(signal && { signal }),
  });
  const hasNoBody = answer.status === 204 || answer.status === 304;
  return new Response(hasNoBody ? null : answer.text, { status: answer.status, headers: answer.headers });
}
