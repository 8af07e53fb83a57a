import type { Peer } from '../http/peer.ts';
import { nextRequestId } from '../http/request-id.ts';
import { isoTime, localTime } from '../variables/log-time.ts';
import { seconds } from '../variables/seconds.ts';
import { hostName, processId } from '../variables/this-process.ts';

/** What is known of a request that was refused before anything of it could be trusted. */
export interface RefusalFacts {
  readonly peer: Peer;
  readonly status: number;
  /** Why: a code of the parser, for instance. */
  readonly reason?: string | undefined;
  /** Where the request line could be read. */
  readonly method?: string | undefined;
  readonly target?: string | undefined;
  readonly httpVersion?: string | undefined;
}

/** A request that never became an exchange, for the access log. */
export class RefusedRequest {
  readonly id = nextRequestId();
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly peer: Peer;
  readonly status: number;
  readonly reason: string | undefined;
  readonly method: string | undefined;
  readonly #target: string | undefined;
  readonly #httpVersion: string | undefined;

  constructor({ peer, status, reason, method, target, httpVersion }: RefusalFacts, at: number) {
    this.at = at;
    this.peer = peer;
    this.status = status;
    this.reason = reason;
    this.method = method;
    this.#target = target;
    this.#httpVersion = httpVersion;
  }

  /** The value of a variable that makes sense without a request. */
  variable(name: string): string | undefined {
    return variables.get(name)?.(this);
  }

  /** The request line, as far as it was understood. */
  get line(): string | undefined {
    return this.#target === undefined ? undefined : `${this.method} ${this.#target} HTTP/${this.#httpVersion}`;
  }

  get target(): string | undefined {
    return this.#target;
  }
}

type Getter = (refused: RefusedRequest) => string | undefined;

const getters: Readonly<Record<string, Getter>> = {
  status: ({ status }) => String(status),
  request: ({ line }) => line,
  request_line: ({ line }) => line,
  request_method: ({ method }) => method,
  method: ({ method }) => method,
  request_uri: ({ target }) => target,
  real_request_uri: ({ target }) => target,
  request_id: ({ id }) => id,
  apisix_request_id: ({ id }) => id,
  request_time: () => '0.000',
  remote_addr: ({ peer }) => peer.ip,
  remote_port: ({ peer }) => String(peer.port),
  realip_remote_addr: ({ peer }) => peer.ip,
  realip_remote_port: ({ peer }) => String(peer.port),
  server_addr: ({ peer }) => peer.localAddress,
  server_port: ({ peer }) => String(peer.localPort),
  scheme: ({ peer }) => peer.scheme,
  connection: ({ peer }) => String(peer.serial),
  connection_requests: ({ peer }) => String(peer.requests),
  response_source: () => 'apisix',
  hostname: () => hostName,
  pid: () => processId,
  msec: ({ at }) => seconds(at),
  time_iso8601: ({ at }) => isoTime(at),
  time_local: ({ at }) => localTime(at),
};

const variables: ReadonlyMap<string, Getter> = new Map(Object.entries(getters));
