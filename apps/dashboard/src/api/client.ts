import { errorFrom, timedOut, unreachable } from './errors.ts';

const answerMs = 15_000;

/** What a call may carry beside its path. */
export interface CallOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Calls to `/api/v1`: JSON both ways, the CSRF token on every call that changes something, an ApiError otherwise. */
export interface Client {
  call<T>(method: string, path: string, options?: CallOptions): Promise<T>;
  /** The token that the session came with; null once it ended. */
  useCsrfToken(token: string | null): void;
}

/** A client for the control plane at `base`; the dashboard's own origin when it is empty. Gives up after `timeoutMs`. */
export function createClient(base = '', timeoutMs = answerMs): Client {
  let csrfToken: string | null = null;

  async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const headers = new Headers({ accept: 'application/json', ...options.headers });
    if (options.body !== undefined) headers.set('content-type', 'application/json');
    if (method !== 'GET' && csrfToken !== null) headers.set('x-csrf-token', csrfToken);
    const timeout = AbortSignal.timeout(timeoutMs);
    const init = {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    } as const;
    try {
      return await exchange<T>(`${base}/api/v1${path}${queryString(options.query)}`, init);
    } catch (cause) {
      // A cancelled call is no failure of the control plane; whoever cancelled it knows.
      if (options.signal?.aborted) throw cause;
      if (timeout.aborted) throw timedOut(timeoutMs, method !== 'GET');
      throw cause instanceof TypeError ? unreachable() : cause;
    }
  }

  return {
    call,
    useCsrfToken(token) {
      csrfToken = token;
    },
  };
}

async function exchange<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw await errorFrom(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

function queryString(query: CallOptions['query']): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  if (pairs.length === 0) return '';
  return `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`;
}

/** The one client of the running dashboard. */
export const client = createClient();
