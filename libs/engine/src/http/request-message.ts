import type { RequestView } from '@sluice/plugin-kit';
import { HeaderList } from './header-list.ts';
import { isIdentityName } from './header-scan.ts';
import type { GatewayRequest } from './messages.ts';
import type { HostView, Peer } from './peer.ts';
import { firstArgument, firstCookie } from './request-values.ts';
import type { RequestBody } from './request-body.ts';
import type { RequestTarget } from './request-target.ts';

/** The request on its way through. Plugins change it, the upstream receives what it has become. */
export class RequestMessage implements RequestView {
  method: string;
  path: string;
  query: string;
  host: string | undefined = undefined;
  readonly httpVersion: string;
  readonly scheme: 'http' | 'https';
  readonly body: RequestBody | null;
  readonly #req: GatewayRequest;
  readonly #target: RequestTarget;
  readonly #hostName: string;
  #headers: HeaderList | null = null;

  constructor(req: GatewayRequest, target: RequestTarget, host: HostView, peer: Peer, body: RequestBody | null) {
    this.method = req.method ?? 'GET';
    this.path = target.path;
    this.query = target.query;
    this.httpVersion = req.httpVersion;
    this.scheme = peer.scheme;
    this.body = body;
    this.#req = req;
    this.#target = target;
    this.#hostName = host.name;
  }

  get headers(): HeaderList {
    return (this.#headers ??= new HeaderList(this.#req.rawHeaders));
  }

  /** Name, value, name, value, as changed by plugins. */
  get flatHeaders(): readonly string[] {
    return this.#headers === null ? this.#req.rawHeaders : this.#headers.flat;
  }

  /** Whether the fields are no longer those that the client sent. */
  get hasChangedHeaders(): boolean {
    return this.#headers?.isChanged ?? false;
  }

  /** Takes out what only the gateway may say about a consumer. */
  dropIdentity(): void {
    this.headers.removeWhere(isIdentityName);
  }

  get original(): RequestView['original'] {
    const { path, query } = this.#target;
    return { method: this.#req.method ?? 'GET', uri: this.#req.url ?? '', path, query, host: this.#hostName };
  }

  arg(name: string): string | undefined {
    return firstArgument(this.query, name);
  }

  cookie(name: string): string | undefined {
    return firstCookie(this.headers.getAll('cookie'), name);
  }

  readBody(bytesMax: number): Promise<Uint8Array | null> {
    return this.body === null ? Promise.resolve(new Uint8Array(0)) : this.body.readAll(bytesMax);
  }
}
