/** How much a client may send, and how long it may take. Times are in milliseconds; 0 switches a limit off where it says so. */
export interface ClientLimits {
  /** From the beginning of a connection, or the end of the request before, until a head is complete. */
  readonly headerTimeoutMs: number;
  /** Between two pieces of a request's body, while there is no answer yet. */
  readonly bodyTimeoutMs: number;
  /** How long a client may take nothing of its answer. */
  readonly sendTimeoutMs: number;
  /** How long a connection may be idle between two requests. */
  readonly keepAliveTimeoutMs: number;
  /** Size of the request line and all fields together. */
  readonly headerBytesMax: number;
  readonly headerCountMax: number;
  /** Size of a request's body; 0 for no limit. */
  readonly bodyBytesMax: number;
  /** Connections of one listener; 0 for no limit. */
  readonly connectionsMax: number;
  /** Requests that one HTTP/2 connection may have open. */
  readonly streamsMax: number;
}

/** Safe for a listener that faces the Internet. */
export const defaultLimits: ClientLimits = {
  headerTimeoutMs: 60_000,
  bodyTimeoutMs: 60_000,
  sendTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  headerBytesMax: 32 * 1024,
  headerCountMax: 200,
  bodyBytesMax: 0,
  connectionsMax: 0,
  streamsMax: 256,
};
