import type { BodyTransform, RequestView } from '@sluice/plugin-kit';
import { isFieldName, isLinePart } from './field-name.ts';
import { isIdentityName } from './header-scan.ts';
import type { GatewayRequest } from './messages.ts';
import type { HostView, Peer } from './peer.ts';
import { firstArgument, firstCookie } from './request-values.ts';
import { RequestBody } from './request-body.ts';
import { RequestHeaders } from './request-headers.ts';
import type { RequestTarget } from './request-target.ts';
import { TransformedSource } from './transformed-source.ts';

/** Whoever a request belongs to. */
export interface BodyOwner {
  /** The body cannot be sent on: a transform of it threw. */
  failBody(error: unknown): void;
}

/** The request on its way through. Plugins change it, the upstream receives what it has become. */
export class RequestMessage implements RequestView {
  method: string;
  path: string;
  query: string;
  host: string | undefined = undefined;
  readonly httpVersion: string;
  readonly scheme: 'http' | 'https';
  /** As the client sends it. */
  readonly clientBody: RequestBody | null;
  /** As it is sent on. */
  body: RequestBody | null;
  /** Told when a plugin's transform of the body fails. */
  owner: BodyOwner | null = null;
  readonly #req: GatewayRequest;
  readonly #target: RequestTarget;
  readonly #host: HostView;
  #headers: RequestHeaders | null = null;

  constructor(req: GatewayRequest, target: RequestTarget, host: HostView, peer: Peer, body: RequestBody | null) {
    this.method = req.method ?? 'GET';
    this.path = target.path;
    this.query = target.query;
    this.httpVersion = req.httpVersion;
    this.scheme = peer.scheme;
    this.clientBody = body;
    this.body = body;
    this.#req = req;
    this.#target = target;
    this.#host = host;
  }

  get headers(): RequestHeaders {
    return (this.#headers ??= new RequestHeaders(this.#req.rawHeaders, this.scheme, this.#host));
  }

  /** Name, value, name, value, as changed by plugins. */
  get flatHeaders(): readonly string[] {
    return this.#headers === null ? this.#req.rawHeaders : this.#headers.flat;
  }

  /** Whether the fields are no longer those that the client sent. */
  get hasChangedHeaders(): boolean {
    return this.#headers?.isChanged ?? false;
  }

  /** Whether what plugins have made of the request line and the host is that, and not the beginning of another request. */
  get isSendable(): boolean {
    const { method, path, query, host } = this;
    return (
      (path === this.#target.path || (path !== '' && isLinePart(path))) &&
      (query === this.#target.query || isLinePart(query)) &&
      (method === this.#req.method || isFieldName(method)) &&
      (host === undefined || isLinePart(host))
    );
  }

  /** Takes over what plugins have changed in the fields of another message. */
  copyHeaders(from: RequestMessage): void {
    if (from.hasChangedHeaders) this.#headers = from.headers.copy();
  }

  /** Takes out what only the gateway may say about a consumer. */
  dropIdentity(): void {
    this.headers.removeWhere(isIdentityName);
  }

  get original(): RequestView['original'] {
    const { path, query } = this.#target;
    return { method: this.#req.method ?? 'GET', uri: this.#req.url ?? '', path, query, host: this.#host.name };
  }

  arg(name: string): string | undefined {
    return firstArgument(this.query, name);
  }

  cookie(name: string): string | undefined {
    return firstCookie(this.headers.getAll('cookie'), name);
  }

  get hasBody(): boolean {
    return this.body !== null;
  }

  get bodyLength(): number {
    return this.body?.contentLength ?? 0;
  }

  setBody(content: string | Uint8Array | null): void {
    this.body?.detach();
    // Lets the client finish, so that its connection can be used again; whoever waits to be told to send is not told.
    if (this.clientBody?.isUnasked === false) this.clientBody.discard();
    this.body = content === null ? null : RequestBody.of(Buffer.from(content as Uint8Array));
  }

  transformBody(transform: BodyTransform): void {
    if (this.body === null) return;
    const length = transform.keepsBytes === true ? this.body.contentLength : -1;
    const source = new TransformedSource(this.body, transform, 'request body', (error) => this.owner?.failBody(error));
    this.body = new RequestBody(source, length);
  }

  readBody(bytesMax: number): Promise<Uint8Array | null> {
    return this.body === null ? Promise.resolve(new Uint8Array(0)) : this.body.readAll(bytesMax);
  }
}
