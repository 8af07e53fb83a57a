import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

const CLIENT = { id: 'sluice', secret: 'a-secret-of-the-client' };

/** What the provider knows about somebody. */
export type Account = Readonly<Record<string, unknown>>;

/** A real OpenID Connect provider, at which whoever comes next is signed in without being asked. */
export interface OidcHouse extends AsyncDisposable {
  readonly issuer: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly provider: Provider;
  readonly accounts: Map<string, Account>;
  /** Who comes next; null: somebody who says no. */
  visitor: string | null;
  /** Whether the keys that it publishes are those with which it signs. */
  publishesForeignKeys: boolean;
  /** Lets a control plane send people here. Call it before the first of them comes. */
  serve(controlPlane: string): void;
}

/** Starts a provider; `serve` tells it who sends people. */
export async function startOidcHouse(): Promise<OidcHouse> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, Account>();
  let provider: Provider | undefined;
  const house: OidcHouse = {
    issuer,
    settings: {
      SLUICE_OIDC_ISSUER: issuer,
      SLUICE_OIDC_CLIENT_ID: CLIENT.id,
      SLUICE_OIDC_CLIENT_SECRET: CLIENT.secret,
    },
    get provider() {
      if (!provider) throw new Error('Nobody has been served yet.');
      return provider;
    },
    accounts,
    visitor: null,
    publishesForeignKeys: false,
    serve(controlPlane) {
      provider = new Provider(issuer, configurationFor(`${controlPlane}/api/v1/session/oidc/callback`, accounts));
      const handle = provider.callback();
      server.on('request', (request, response) => {
        if (request.url === '/jwks' && house.publishesForeignKeys) sendKeys(response);
        else if (request.url?.startsWith('/interaction/')) void finish(house, request, response);
        else handle(request, response);
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return house;
}

function configurationFor(redirectUri: string, accounts: ReadonlyMap<string, Account>): object {
  return {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username', 'name'], email: ['email'] },
    cookies: { keys: ['a key of cookies in tests'] },
    jwks: { keys: [privateKey('signs')] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts.get(id) }),
    }),
    loadExistingGrant,
  };
}

interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<unknown> };
    };
  };
}

/** Nobody is asked what may be told about them. */
async function loadExistingGrant({ oidc }: GrantContext): Promise<object> {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

function finish({ provider, visitor }: OidcHouse, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const result = visitor === null ? { error: 'access_denied' } : { login: { accountId: visitor } };
  return provider.interactionFinished(request, response, result);
}

function sendKeys(response: ServerResponse): void {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...shown } = privateKey('signs');
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [shown] }));
}

function privateKey(kid: string) {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

/** A browser with cookies, that goes where it is sent. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** The cookies, as a header. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Asks for a page without following where it leads. */
  async ask(url: string | URL): Promise<Response> {
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: this.cookie } });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Asks for a page, and for those to which it leads until one of them is wanted; returns its address, not yet asked for. */
  async follow(url: string | URL, isWanted: (url: URL) => boolean): Promise<URL> {
    let at = new URL(url);
    for (let left = 10; left > 0 && !isWanted(at); left -= 1) {
      const response = await this.ask(at);
      await response.body?.cancel();
      at = new URL(response.headers.get('location') ?? fail(at, response.status), at);
    }
    return at;
  }
}

function fail(url: URL, status: number): never {
  throw new Error(`${url.href} answered ${status} and led nowhere.`);
}
