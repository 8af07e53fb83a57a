import type { Socket } from 'node:net';
import type { ResponseSink } from './response-parser.ts';
import type { Timeouts } from './upstream-target.ts';

/**
 * Why a connection failed an exchange. `refused`: the upstream said that it did nothing about the request; after that, as
 * after a connection that never stood, it can be sent again, whatever it was. `unsendable`: the protocol cannot carry the
 * request, which is no fault of the upstream.
 */
export type LossReason =
  'connect-failed' | 'connect-timeout' | 'tls-failed' | 'refused' | 'closed' | 'silent' | 'protocol' | 'unsendable';

/** An exchange that uses a connection. */
export interface ConnectionUser extends ResponseSink {
  /** The bytes read so far have all been handed over. */
  onFlush(): void;
  /** The connection takes more of the request. */
  onRoom(): void;
  /** Silence is no fault of the upstream: it waits for the rest of the request, like us. */
  readonly isAwaitingClient?: boolean;
  /** The connection is gone; no further call follows. */
  onLost(reason: LossReason, detail: string): void;
}

/** What is asked of an upstream: the head, in the form that the connection's protocol wants, and what body follows. */
export interface OutgoingRequest {
  /** An answer has no body, whatever its head says. */
  readonly isHeadOnly: boolean;
  /** The upstream may answer 101 and go on in another protocol; then `takeSocket`. HTTP/1.1 only. */
  readonly isUpgrade: boolean;
  /** The head asks the upstream to close the connection after the answer. HTTP/1.1 only. */
  readonly isLast: boolean;
  /** Bytes of the body; 0 for none, -1 where nobody knows yet. */
  readonly bodyLength: number;
  /** The whole head with its empty line, framing fields included. */
  http1Head(): string;
  /** Name, value, name, value; pseudo-fields first, names in lower case. */
  http2Head(): string[];
}

/** A connection to an upstream, or one stream of it: carries one exchange at a time, over any protocol. */
export interface UpstreamConnection {
  /** Exchanges so far, the current one included. */
  readonly requests: number;
  /** Milliseconds that the current exchange's connection took to open: 0 where it stood already, -1 before it stands. */
  readonly connectMs: number;
  /** Bytes of the current answer, heads and framing included as far as they can be seen. */
  readonly bytesRead: number;
  /** Begins an exchange: sends the head. A small body written in the same tick leaves with it. */
  begin(user: ConnectionUser, request: OutgoingRequest): void;
  /** Sends a piece of the body; false: enough for now, `onRoom` follows. */
  write(chunk: Buffer): boolean;
  /** The request is complete. Trailers (name, value, ..., as the client sent them) reach upstreams of HTTP/2 only. */
  end(trailers: readonly string[]): void;
  /** How long the connection may be silent from now on. Not counted before it stands. */
  allowSilence(timeouts: Timeouts, isSending: boolean): void;
  pause(): void;
  resume(): void;
  /** The exchange is over. The connection is kept only where both sides are at the end of their message. */
  release(isRequestSent: boolean): void;
  /** Ends the exchange at once, and what carries nothing else with it; the exchange hears nothing more. */
  destroy(): void;
  /** After a 101: gives the bare socket away, with what was read beyond the head. Null where there is none to give. */
  takeSocket(): TakenSocket | null;
}

/** A socket that the upstream client has let go of. */
export interface TakenSocket {
  readonly socket: Socket;
  readonly rest: Buffer;
}
