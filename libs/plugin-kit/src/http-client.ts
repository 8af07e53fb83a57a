import type { BodyStream } from './body-transform.ts';
import type { HeaderValue } from './header-fields.ts';

/** How a plugin calls a service that is no upstream: an identity provider, a log sink, an API. Same options share connections. */
export interface HttpClientOptions {
  /** For each of: connecting, the answer's head, silence in its body. 3,000 unless given. */
  readonly timeoutMs?: number;
  /** Whether a server's certificate must be valid; true unless given. */
  readonly verifiesTls?: boolean;
  /** How long idle connections are kept; 60,000 unless given, 0 for not at all. */
  readonly keepAliveMs?: number;
  /** `http://[user:password@]host:port` of a proxy to go through. */
  readonly proxy?: string;
}

/** A request to a service. */
export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  readonly body?: string | Uint8Array | BodyStream | null;
  readonly query?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Usually `ctx.signal`: a client that has gone needs no answer. */
  readonly signal?: AbortSignal;
}

/** The answer of a service. Its body must be read or discarded, or the connection stays taken. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated lines joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Every line of a field, apart: what `Set-Cookie` needs, whose lines cannot be joined (RFC 9110, 5.3). */
  linesOf(name: string): readonly string[];
  readonly body: AsyncIterable<Uint8Array>;
  /** Rejects beyond `bytesMax` (4 MiB unless given): nobody's answer may fill the memory. */
  text(bytesMax?: number): Promise<string>;
  /** As `text`, parsed. */
  json(bytesMax?: number): Promise<unknown>;
  discard(): void;
}

/** Calls services over HTTP, with kept connections and a limit on every wait. Redirects are not followed. */
export interface HttpClient {
  /** Rejects where there is no answer; an answer of any status resolves. */
  request(url: string | URL, request?: HttpRequest): Promise<HttpResponse>;
}
