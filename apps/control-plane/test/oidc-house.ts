import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openidProviderSettings, signingJwk } from '@sluice/testing';
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
    ...openidProviderSettings('openid profile email', (id) => accounts.get(id) ?? {}),
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username', 'name'], email: ['email'] },
    features: { devInteractions: { enabled: false } },
  };
}

function finish({ provider, visitor }: OidcHouse, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const result = visitor === null ? { error: 'access_denied' } : { login: { accountId: visitor } };
  return provider.interactionFinished(request, response, result);
}

function sendKeys(response: ServerResponse): void {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...shown } = signingJwk('signs');
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [shown] }));
}
