import type { GatewayError } from '@sluice/errors';
import type { MaybeReply, Reply } from '@sluice/plugin-kit';
import type { Exchange } from '../http/exchange.ts';
import type { ResponseHead } from './response-head.ts';
import type { TakenSocket } from './upstream-connection.ts';

/** A connection as the receiver of an answer needs it: to make the upstream wait. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/** The request that a call sends, and for whom: that of a client, or one that a plugin made. */
export type CallContext = Pick<
  Exchange,
  | 'gateway'
  | 'hostView'
  | 'id'
  | 'isProxied'
  | 'peer'
  | 'remoteAddr'
  | 'request'
  | 'route'
  | 'scan'
  | 'times'
  | 'trace'
  | 'variable'
>;

/** Who takes the answer of an upstream, or the news that there is none. */
export interface AnswerSink {
  /** True once the head of an answer has arrived: from here on there is no other try. */
  readonly isBegun: boolean;
  /** The receiver takes nothing more for now. */
  readonly isClientFull: boolean;
  /** Before each try; an answer ends the call without one. */
  beforeSend(): MaybeReply;
  /** `beforeSend` has answered. */
  reply(answer: Reply): void;
  begin(head: ResponseHead, statuses: readonly number[], connection: Pausable): void;
  body(chunk: Buffer): void;
  /** The bytes read so far are in: what is held need not wait for more. */
  flush(): void;
  complete(trailers: readonly string[]): void;
  /**
   * Where the client wants to go on in another protocol, and may: the upstream has agreed with a 101, and its connection is
   * given over. It may be silent for `idleMs`.
   */
  readonly switchProtocols?: ((head: ResponseHead, taken: TakenSocket, idleMs: number) => void) | undefined;
  /** What an upstream of HTTP/1.1 is told of the connection where the protocol is not switched; nothing without it. */
  readonly connectionLine?: string;
  /** The receiver takes more. */
  onClientRoom(): void;
  /** No node has answered; `statuses` are those of the tries. */
  giveUp(error: GatewayError, statuses: readonly number[]): void;
  /** The answer broke off in the middle, and must not look whole to anybody. */
  breakOff(detail: string): void;
}
