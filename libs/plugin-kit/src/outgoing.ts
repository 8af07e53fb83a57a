import type { BodyStream } from './body-transform.ts';
import type { HeaderFields, HeaderValue } from './header-fields.ts';

/** Where requests can be sent: made in `setup` by `kit.upstream`, shared by all requests of the configuration. */
export interface UpstreamRef {
  /** False while an id names no upstream, or one that this data plane cannot reach. */
  readonly isKnown: boolean;
}

/** How long an upstream may take, in milliseconds: to connect, between two writes, between two reads. */
export interface UpstreamTimeouts {
  readonly connectMs: number;
  readonly sendMs: number;
  readonly readMs: number;
}

/** What of an upstream's own configuration does not hold for this request. */
export interface UpstreamOverrides {
  readonly timeouts?: Partial<UpstreamTimeouts>;
  /** Further tries after a failed one. */
  readonly retries?: number;
}

/** Header fields: by name, or line by line. */
export type HeaderSource = Readonly<Record<string, HeaderValue>> | HeaderFields;

/** A request that a plugin sends itself. What is left out is taken from the client's request as it stands now. */
export interface OutgoingRequest extends UpstreamOverrides {
  /** Where to; the upstream that the request would go to, unless given. */
  readonly upstream?: UpstreamRef;
  readonly method?: string;
  /** Percent-encoded, without query. */
  readonly path?: string;
  /** Without the question mark. */
  readonly query?: string;
  /** Host to send. The upstream's `pass_host` decides where neither this nor the request names one. */
  readonly host?: string;
  /**
   * Left out: the client's fields with `X-Forwarded-*`, as for a proxied request. Given: these and nothing else, besides
   * what frames the message.
   */
  readonly headers?: HeaderSource;
  /** `clientBody`: the client's body as it arrives. Left out: none. */
  readonly body?: string | Uint8Array | BodyStream | ClientBody | null;
  /** Ends the request early. It ends with the exchange in any case, unless `isDetached`. */
  readonly signal?: AbortSignal;
  /** Goes on after the exchange is over, such as a copy for a mirror. Its body must not be the client's. */
  readonly isDetached?: boolean;
}

/** Stands for the client's body in an `OutgoingRequest`: a string would be a body of its own. */
export interface ClientBody {
  readonly isClientBody: true;
}

/** The client's body as it arrives, to be sent on under backpressure. */
export const clientBody: ClientBody = Object.freeze({ isClientBody: true });

/** The answer to a request that a plugin made. Its body waits in the upstream's connection until it is read. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderFields;
  /** Can be read once. Leaving the loop early ends the request. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Filled when the body has been read. */
  readonly trailers: HeaderFields;
  /** The `Date` that the upstream gave, as text; it is not among the headers. */
  readonly date: string | undefined;
  /** `host:port` of the node that answered. */
  readonly node: string;
  /** Milliseconds from sending the request to the answer's head. */
  readonly headMs: number;
  /** Reads the whole body, at most `bytesMax`; resolves to null beyond it, and then the request is ended. */
  read(bytesMax: number): Promise<Uint8Array | null>;
  /** Ends the request; for an answer whose body nobody wants. */
  discard(): void;
}

/** What `send` rejects with: no node has answered. */
export class SendError extends Error {
  override readonly name = 'SendError';
  /** Stable code, such as `UPSTREAM_TIMEOUT`. */
  readonly code: string;
  /** The status that a proxied request would be answered with: 502, 503, 504. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
