import type { Operations } from './generated.ts';

/** An operation of `/api/v1`, as `METHOD /path` with the names of its parameters in braces. */
export type OperationName = keyof Operations;

/** What an operation answers. */
export type Answer<O extends OperationName> = Operations[O]['answer'];

/** What an operation takes: only what its document names, and all that it requires. */
export type CallInput<O extends OperationName> = Operations[O]['input'];

/** A call, ready to be sent below `/api/v1`. */
export interface PreparedCall {
  readonly method: string;
  readonly path: string;
  /** Only what has a value. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Value = string | number | boolean | undefined;

interface AnyInput {
  readonly path?: Readonly<Record<string, Value>>;
  readonly query?: Readonly<Record<string, Value>>;
  readonly headers?: Readonly<Record<string, Value>>;
  readonly body?: unknown;
}

/** Puts an operation and its input together; what stands in the path is encoded. */
export function prepareCall<O extends OperationName>(operation: O, input: CallInput<O>): PreparedCall {
  const { path: parameters = {}, query = {}, headers = {}, body } = input as AnyInput;
  const [method = '', template = ''] = operation.split(' ', 2);
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parameters[name])));
  return { method, path, query: given(query), headers: given(headers), body };
}

function given(values: Readonly<Record<string, Value>>): Record<string, string> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
