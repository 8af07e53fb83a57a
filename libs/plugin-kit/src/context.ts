import type { HeaderFields } from './header-fields.ts';

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
  /** Reads the whole body, at most `bytesMax`; resolves to null beyond it. Later phases and the upstream still get it. */
  readBody(bytesMax: number): Promise<Uint8Array | null>;
}

/** The answer on its way back. Valid from `responseHeader` on. */
export interface ResponseView {
  status: number;
  readonly headers: HeaderFields;
  /** Who made this answer: the gateway, an upstream, or the gateway in place of an upstream that failed. */
  readonly origin: 'gateway' | 'upstream' | 'proxy-error';
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
  setVariable(name: string, value: string): void;
  /**
   * Makes `consumer` the identity of this request: its plugins join the chain, identity headers go upstream. Only from
   * `rewrite`.
   */
  attachConsumer(consumer: AttachedConsumer): void;
  /** State of this plugin for this request, shared between its phases; empty until set. */
  readonly state: Map<symbol, unknown>;
}
