import type { BodyTransform } from './body-transform.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Answer, OutgoingRequest, UpstreamOverrides, UpstreamRef } from './outgoing.ts';
import type { HandledRequest } from './sub-request.ts';

/** Who is on the other end. `ip` may be replaced by a plugin that knows better (a trusted proxy's header). */
export interface ClientInfo {
  ip: string;
  port: number;
  /** The peer of the socket: never replaced. */
  readonly peerIp: string;
  readonly peerPort: number;
}

/** The request, on its way through: what a plugin changes here is what later phases see and the upstream receives. */
export interface RequestView {
  method: string;
  /** Path as it will be sent, percent-encoded, without query. */
  path: string;
  /** Query string without the question mark; empty when there is none. */
  query: string;
  /** Host to send. Undefined: the upstream's `pass_host` decides. */
  host: string | undefined;
  readonly scheme: 'http' | 'https';
  readonly httpVersion: string;
  readonly headers: HeaderFields;
  /** As it came, before any change: method, path and query, Host without port in lower case. */
  readonly original: {
    readonly method: string;
    readonly uri: string;
    readonly path: string;
    readonly query: string;
    readonly host: string;
  };
  /** First value of a query argument, decoded. */
  arg(name: string): string | undefined;
  /** A cookie of this exact name. */
  cookie(name: string): string | undefined;
  /** Whether there is a body, be it empty. */
  readonly hasBody: boolean;
  /** Bytes of the body as it stands; -1 where nobody knows yet. */
  readonly bodyLength: number;
  /** Reads the whole body, at most `bytesMax`; resolves to null beyond it. Later phases and the upstream still get it. */
  readBody(bytesMax: number): Promise<Uint8Array | null>;
  /** Puts another body in place of the client's, which is not read any further; null for none. Until the request is sent. */
  setBody(body: string | Uint8Array | null): void;
  /**
   * Changes the body on its way, chunk by chunk; several transforms work one after the other. Until the request is sent.
   * Later readers, `readBody` among them, see what it has become. A transform may throw a `Refusal`.
   */
  transformBody(transform: BodyTransform): void;
}

/** What an upstream said, as it came. */
export interface ReceivedHead {
  readonly status: number;
  /** Without those about the connection, and without `Date` and `Server`, which the gateway writes itself. */
  readonly headers: HeaderFields;
  /** The `Date` that the upstream gave, as text. */
  readonly date: string | undefined;
}

/** The answer on its way back. Valid from `responseHeader` on. */
export interface ResponseView {
  status: number;
  readonly headers: HeaderFields;
  /** Fields after the body, known from the `end` of a body transform on. What is there then goes to the client. */
  readonly trailers: HeaderFields;
  /** Who made this answer: the gateway, an upstream, or the gateway in place of an upstream that failed. */
  readonly origin: 'gateway' | 'upstream' | 'proxy-error';
  /** What the upstream said before any plugin changed it; undefined where no upstream answered this request. */
  readonly received: ReceivedHead | undefined;
}

/** A route as plugins and variables see it. */
export interface MatchedRoute {
  readonly id: string;
  readonly name: string | undefined;
  /** The pattern that matched. */
  readonly uri: string;
  readonly host: string | undefined;
  readonly service: { readonly id: string; readonly name: string | undefined } | undefined;
  /** Path parameters, `ext` for what a trailing `*` took. */
  readonly params: Readonly<Record<string, string>>;
}

/** The consumer that an authentication plugin established. */
export interface AttachedConsumer {
  readonly username: string;
  readonly groupId: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Set where a credential, not the consumer itself, carried the key. */
  readonly credentialId: string | undefined;
}

/** Times of one request in milliseconds; -1 until known. */
export interface RequestTimes {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Since the request began: the whole exchange, known in `log`. */
  totalMs: number;
  /** Sum over all tries, from connecting to the last byte. */
  upstreamMs: number;
}

/** Everything that a plugin may see and change of one request. Never keep it beyond `log`. */
export interface RequestContext {
  /** Unique id of this request, on every log line about it. */
  readonly id: string;
  readonly client: ClientInfo;
  readonly request: RequestView;
  readonly response: ResponseView;
  /** Undefined where no route matched (global rules run all the same). */
  readonly route: MatchedRoute | undefined;
  readonly consumer: AttachedConsumer | undefined;
  readonly times: RequestTimes;
  /** Bytes received from and sent to the client, heads included; final in `log`. */
  readonly bytes: { readonly received: number; readonly sent: number };
  /** `host:port` of the node that answered or was tried last. */
  readonly node: string | undefined;
  /** The value of a built-in or plugin-set variable (`remote_addr`, `arg_x`, `http_x`, ...). */
  variable(name: string): string | undefined;
  /** A function makes a value that hardly anybody reads, each time that somebody does. */
  setVariable(name: string, value: string | (() => string)): void;
  /**
   * Makes `consumer` the identity of this request: its plugins join the chain, identity headers go upstream. Only from
   * `rewrite`.
   */
  attachConsumer(consumer: AttachedConsumer): void;
  /** State of this plugin for this request, shared between its phases; empty until set. */
  readonly state: Map<symbol, unknown>;
  /** Somebody known to an identity provider who need not be a consumer: what it said of them. */
  user: Readonly<Record<string, unknown>> | undefined;
  /** Aborted when the exchange is over: its last byte sent, or its client gone. */
  readonly signal: AbortSignal;
  /** True where the request is only described, to be explained: nothing may be counted, changed or sent elsewhere. */
  readonly isRehearsal: boolean;
  /** How many requests this one is within: 0 for a client's own, more for one that a plugin sent by `handle`. */
  readonly depth: number;
  /** Sends the request to another upstream than the route's, or with other limits. Until it is sent. */
  useUpstream(upstream: UpstreamRef | undefined, overrides?: UpstreamOverrides): void;
  /**
   * Sends a request through the gateway's own upstream client: balanced, health-checked, over kept connections. Rejects
   * with a `SendError` where no node answers. As often as wanted; it ends with the exchange.
   */
  send(request: OutgoingRequest): Promise<Answer>;
  /** Sends a request through this gateway itself, from the routing on, in the name of the same client. */
  handle(request: HandledRequest): Promise<Answer>;
  /** Leaves out the other phases of a plugin of this route for this request. */
  skip(plugin: string): void;
  /** Runs when everything is over, `log` included, whatever became of the request. */
  afterResponse(task: () => void | Promise<void>): void;
}
