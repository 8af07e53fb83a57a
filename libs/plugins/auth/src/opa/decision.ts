import { isJsonObject } from '@sluice/schema';

/** What a policy has decided. */
export interface Decision {
  readonly isAllowed: boolean;
  /** Status of a refusal. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
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
  if (typeof reason === 'string') return reason;
  return typeof reason === 'object' && reason !== null ? JSON.stringify(reason) : null;
}

function headersOf(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(headers).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
}
