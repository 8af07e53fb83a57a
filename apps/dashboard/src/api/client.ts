import { type Answer, type CallInput, type OperationName, prepareCall } from '@sluice/api-client';
import { ApiError, errorFrom, hasCode, timedOut, unreachable } from './errors.ts';

const answerMs = 15_000;

/** What a call may carry beside its path. */
export interface CallOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** How long to wait for the answer, where that is not the usual time. */
  readonly timeoutMs?: number;
}

/** How a call is made, beside what it says. */
export type SendOptions = Pick<CallOptions, 'signal' | 'timeoutMs'>;

/** Shows a question of the control plane; true where the answer is yes. */
export type AskToConfirm = (question: string) => Promise<boolean>;

/** Calls to `/api/v1`: JSON both ways, the CSRF token on every call that changes something, an ApiError otherwise. */
export interface Client {
  call<T>(method: string, path: string, options?: CallOptions): Promise<T>;
  /** Calls an operation of the API's own description, which says what it takes and answers. */
  send<O extends OperationName>(operation: O, input: CallInput<O>, options?: SendOptions): Promise<Answer<O>>;
  /** Who is asked where the control plane wants a confirmation; nobody, and the call fails with CONFIRMATION_NEEDED. */
  confirmWith(ask: AskToConfirm): void;
  /** The token that the session came with; null once it ended. */
  useCsrfToken(token: string | null): void;
}

/** A client for the control plane at `base`; the dashboard's own origin when it is empty. Gives up after `timeoutMs`. */
export function createClient(base = '', timeoutMs = answerMs): Client {
  let csrfToken: string | null = null;
  let ask: AskToConfirm | undefined;

  async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    try {
      return await callOnce<T>(method, path, options);
    } catch (error) {
      if (!hasCode(error, 'CONFIRMATION_NEEDED') || options.query?.['confirm'] !== undefined) throw error;
      // A dry run changes nothing; what it would need is asked when it is meant.
      const isAgreed = String(options.query?.['dry_run']) === 'true' || (await ask?.(questionOf(error.message)));
      if (!isAgreed) throw declined(error);
      return callOnce<T>(method, path, { ...options, query: { ...options.query, confirm: 'missing_plugins' } });
    }
  }

  function send<O extends OperationName>(operation: O, input: CallInput<O>, options?: SendOptions) {
    const { method, path, query, headers, body } = prepareCall(operation, input);
    return call<Answer<O>>(method, path, { ...options, query, headers, body });
  }

  async function callOnce<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const patienceMs = options.timeoutMs ?? timeoutMs;
    const timeout = AbortSignal.timeout(patienceMs);
    const init = {
      method,
      headers: headersOf(method, options, csrfToken),
      credentials: 'same-origin',
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    } as const;
    try {
      return await exchange<T>(`${base}/api/v1${path}${queryString(options.query)}`, init);
    } catch (cause) {
      // A cancelled call is no failure of the control plane; whoever cancelled it knows.
      if (options.signal?.aborted) throw cause;
      if (timeout.aborted) throw timedOut(patienceMs, method !== 'GET');
      throw cause instanceof TypeError ? unreachable() : cause;
    }
  }

  return {
    call,
    send,
    confirmWith(asked) {
      ask = asked;
    },
    useCsrfToken(token) {
      csrfToken = token;
    },
  };
}

function headersOf(method: string, { headers: own, body }: CallOptions, csrfToken: string | null): Headers {
  const headers = new Headers({ accept: 'application/json', ...own });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (method !== 'GET' && csrfToken !== null) headers.set('x-csrf-token', csrfToken);
  return headers;
}

/** The error of a call that somebody thought better of: in the words of the question. */
function declined({ status, code, message, requestId }: ApiError): ApiError {
  return new ApiError({ status, code, message: questionOf(message), requestId });
}

/** How a program confirms is of no use to a person. */
function questionOf(message: string): string {
  return message.replace(/\s*To publish it all the same,.*$/s, '');
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
