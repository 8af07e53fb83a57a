import { isJsonObject } from '@sluice/schema';
import { isOfTheConnection } from '../shared/listed-headers.ts';

/** Headers by name; several lines of one where a policy gives a list. */
type DecisionHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What a policy has decided. */
export interface Decision {
  readonly isAllowed: boolean;
  /** Status of a refusal. */
  readonly status: number;
  readonly headers: DecisionHeaders;
  /** Body of a refusal. */
  readonly reason: string | null;
}

const forbidden = 403;

/** Reads the answer of an agent; undefined where it has no decision. */
export function readDecision(answer: unknown): Decision | undefined {
  const result = isJsonObject(answer) ? answer['result'] : undefined;
  if (typeof result === 'boolean') return { isAllowed: result, status: forbidden, headers: {}, reason: null };
  if (!isJsonObject(result)) return undefined;
  const { allow, status_code: status, headers, reason } = result;
  return {
    isAllowed: allow === true,
    status: isStatus(status) ? status : forbidden,
    headers: isJsonObject(headers) ? headersOf(headers) : {},
    reason: reasonOf(reason),
  };
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599;
}

function reasonOf(reason: unknown): string | null {
  if (isText(reason)) return String(reason);
  return typeof reason === 'object' && reason !== null ? JSON.stringify(reason) : null;
}

function headersOf(headers: Readonly<Record<string, unknown>>): DecisionHeaders {
  const read: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (isOfTheConnection(name.toLowerCase())) continue;
    if (isText(value)) read[name] = String(value);
    else if (Array.isArray(value) && value.length > 0 && value.every(isText)) read[name] = value.map(String);
  }
  return read;
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
