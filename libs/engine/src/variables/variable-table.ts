import type { Exchange } from '../http/exchange.ts';
import { bodyVariable, isBodyVariable } from './body-variables.ts';
import { prefixedVariable } from './prefixed-variables.ts';
import { connectionVariables, requestVariables, tlsVariables } from './request-variables.ts';
import { matchVariables, modelVariables, responseVariables, upstreamVariables } from './response-variables.ts';

/** Computes a variable of a request; null or undefined where it has none. */
export type Getter = (exchange: Exchange) => string | null | undefined;

const tables = [
  requestVariables,
  connectionVariables,
  tlsVariables,
  responseVariables,
  matchVariables,
  upstreamVariables,
  modelVariables,
];
const table: ReadonlyMap<string, Getter> = new Map(tables.flatMap((variables) => Object.entries(variables)));

/** The value of a built-in variable as text, computed when it is asked for. */
export function lookupVariable(exchange: Exchange, name: string): string | undefined {
  const getter = table.get(name);
  if (getter !== undefined) return getter(exchange) ?? undefined;
  return isBodyVariable(name) ? textOf(bodyVariable(exchange, name)) : prefixedVariable(exchange, name);
}

/** The same, but what is made of a body keeps its type: a list stays a list. */
export function lookupValue(exchange: Exchange, name: string): unknown {
  return isBodyVariable(name) ? bodyVariable(exchange, name) : lookupVariable(exchange, name);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  return JSON.stringify(value);
}
