import type { Clock, Kit, RequestContext } from '@sluice/plugin-kit';
import { isJsonObject } from '@sluice/schema';
import { type ClientProof, clientProof } from './client-proof.ts';
import type { Claims } from './claims.ts';
import type { OpenidConfig } from './config.ts';
import type { KeptDocument } from './kept-document.ts';
import type { AskProvider } from './provider-access.ts';
import { ProviderError, reasonOf } from './provider-error.ts';
import { endpointOf, type Metadata } from './provider-metadata.ts';
import { TextCache } from './text-cache.ts';

interface Known {
  readonly claims: Claims;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

interface Parts {
  readonly config: OpenidConfig;
  readonly kit: Pick<Kit, 'clock' | 'log'>;
  readonly metadata: KeptDocument<Metadata>;
  readonly ask: AskProvider;
}

/** Asks the provider about tokens (RFC 7662), and remembers what it said for as long as it holds. */
export class Introspection {
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #proof: ClientProof;
  readonly #addons: readonly (readonly [name: string, field: string])[];
  readonly #known = new TextCache<Known>();
  /** One question for all who present the same token at a time. */
  readonly #flights = new Map<string, Promise<Claims | string>>();

  constructor(parts: Parts) {
    const { config, kit } = parts;
    this.#parts = parts;
    this.#clock = kit.clock;
    this.#proof = clientProof(config.introspection_endpoint_auth_method, config, kit.clock);
    this.#addons = (config.introspection_addon_headers ?? []).map((name) => [name, name.toLowerCase()] as const);
  }

  /** What the provider says about a token, or why it is not good. */
  async ask(ctx: RequestContext, token: string): Promise<Claims | string> {
    const headers = this.#addonHeaders(ctx);
    const key = JSON.stringify([token, headers]);
    const known = this.#known.get(key);
    if (known && this.#clock.now() < known.until) return known.claims;
    let flight = this.#flights.get(key);
    if (!flight) {
      flight = this.#ask(token, headers, key).finally(() => this.#flights.delete(key));
      this.#flights.set(key, flight);
    }
    return flight;
  }

  close(): void {
    this.#known.clear();
  }

  async #ask(token: string, addons: Readonly<Record<string, string>>, key: string): Promise<Claims | string> {
    try {
      const claims = await this.#answer(token, addons);
      if (claims['active'] !== true) return 'the token is not active';
      this.#remember(key, claims);
      return claims;
    } catch (error) {
      this.#parts.kit.log.error('The OpenID provider cannot be asked about a token.', { error: reasonOf(error) });
      return 'token introspection unavailable';
    }
  }

  async #answer(token: string, addons: Readonly<Record<string, string>>): Promise<Claims> {
    const { ask, config, metadata } = this.#parts;
    const endpoint = config.introspection_endpoint ?? endpointOf(await metadata.get(), 'introspection_endpoint');
    if (endpoint === undefined) throw new ProviderError('The provider has no introspection endpoint.', false);
    const body = new URLSearchParams({ token });
    const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' });
    this.#proof(endpoint, body, headers);
    const sent = { ...addons, ...Object.fromEntries(headers) };
    const answer = await ask(endpoint, { method: 'POST', headers: sent, body: body.toString() });
    if (answer.status !== 200) throw new ProviderError(`The introspection endpoint answered ${answer.status}.`, false);
    return claimsOf(answer.text);
  }

  /** What the provider shall know of the request; never in place of what the gateway itself says. */
  #addonHeaders({ request }: RequestContext): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, field] of this.#addons) {
      const value = request.headers.get(field);
      if (value !== undefined) headers[name.toLowerCase()] = value;
    }
    return headers;
  }

  #remember(key: string, claims: Claims): void {
    const { introspection_expiry_claim: claim = 'exp', introspection_interval: interval } = this.#parts.config;
    const now = this.#clock.now();
    const expiry = claims[claim];
    const ends = typeof expiry === 'number' ? expiry * 1000 : interval > 0 ? Infinity : now;
    const until = interval > 0 ? Math.min(ends, now + interval * 1000) : ends;
    if (until > now) this.#known.set(key, { claims, until });
  }
}

function claimsOf(text: string): Claims {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new ProviderError('The introspection endpoint answered with something that is not JSON.', false, error);
  }
  throw new ProviderError('The introspection endpoint answered with something that is no object.', false);
}
