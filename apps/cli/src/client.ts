import type { JsonValue } from '@sluice/schema';
import { CliError, exitStatus } from './cli-error.ts';

/** Where the control plane is, and what proves who asks. */
export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
}

/** A query; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

// Answers of any shape are read here; a command knows which fields it prints.
/** An answer of the control plane. */
// eslint-disable-next-line typescript/no-explicit-any
export type Answer = any;

interface ErrorBody {
  readonly error?: {
    readonly message?: string;
    readonly issues?: readonly { readonly path: string; readonly message: string }[];
    readonly request_id?: string;
  };
}

const ISSUES_SHOWN = 20;

/** Calls `/api/v1` of one control plane. */
export class Client {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get url(): string {
    return this.#connection.url;
  }

  get(path: string, query: Query = {}): Promise<Answer> {
    return this.#json('GET', path, query);
  }

  post(path: string, body?: JsonValue | object, query: Query = {}): Promise<Answer> {
    return this.#json('POST', path, query, body ?? {});
  }

  put(path: string, body: JsonValue | object, query: Query = {}): Promise<Answer> {
    return this.#json('PUT', path, query, body);
  }

  patch(path: string, body: JsonValue | object): Promise<Answer> {
    return this.#json('PATCH', path, {}, body);
  }

  delete(path: string, query: Query = {}): Promise<Answer> {
    return this.#json('DELETE', path, query);
  }

  /** An answer as it comes, for what is too large to be held. */
  async stream(path: string, query: Query): Promise<Response> {
    return this.#call('GET', path, query);
  }

  async #json(method: string, path: string, query: Query, body?: object | JsonValue): Promise<Answer> {
    const response = await this.#call(method, path, query, body);
    const text = await response.text();
    return text === '' ? null : (JSON.parse(text) as Answer);
  }

  async #call(method: string, path: string, query: Query, body?: object | JsonValue): Promise<Response> {
    const { url, token } = this.#connection;
    const target = new URL(`/api/v1${path}`, url);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) target.searchParams.set(name, String(value));
    const headers = {
      accept: 'application/json',
      ...(token !== undefined && { 'x-api-key': token }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(target, { method, headers, ...sent, redirect: 'error' }).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (!response.ok) throw await refusal(response, token !== undefined);
    return response;
  }
}

function unreachable(url: string, error: unknown): CliError {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  const reason = cause?.code ?? cause?.message ?? message ?? String(error);
  return new CliError(`${url} does not answer (${reason}).`, exitStatus.unreachable, [
    'Is a control plane running there? --url, SLUICE_URL or sluice login name another.',
  ]);
}

async function refusal(response: Response, hasToken: boolean): Promise<CliError> {
  const text = await response.text();
  const { error } = parsed(text);
  const message = error?.message ?? `The answer is ${response.status}.`;
  const issues = error?.issues ?? [];
  const details = issues.length > 1 ? issues.map(({ path, message: what }) => `${path || '/'}: ${what}`) : [];
  const shown = details.slice(0, ISSUES_SHOWN);
  if (details.length > shown.length) shown.push(`and ${details.length - shown.length} more`);
  if (response.status === 401) {
    shown.push(hasToken ? 'The token is unknown, expired or revoked.' : 'Run sluice login, or set SLUICE_TOKEN.');
  }
  const isForbidden = response.status === 401 || response.status === 403;
  return new CliError(message, isForbidden ? exitStatus.forbidden : exitStatus.failed, shown);
}

function parsed(text: string): ErrorBody {
  try {
    return JSON.parse(text) as ErrorBody;
  } catch {
    // Not an answer of a control plane, such as the page of a proxy in front of it: the status has to say it.
    return {};
  }
}
