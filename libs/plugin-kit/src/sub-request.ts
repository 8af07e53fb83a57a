import type { HeaderValue } from './header-fields.ts';

/** A request to this gateway itself, as a client would send it. */
export interface HandledRequest {
  readonly method?: string;
  /** Path and query. */
  readonly target: string;
  /** `host` among them; the client's own otherwise. */
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  readonly body?: string | Uint8Array | null;
  /** For the whole of it; 30,000 unless given. */
  readonly timeoutMs?: number;
}
