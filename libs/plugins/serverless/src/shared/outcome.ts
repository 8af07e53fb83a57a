import { bytesText, type HeaderFields, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';

type Fields = Readonly<Record<string, unknown>>;

/** What a function gave back is none of the forms that mean something. The message says why. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
}

/**
 * What a function wants of a request: to answer it (`403`, `[403, 'no']`, `{ status, body, headers }`), to change it
 * (`{ request, variables }`), or nothing.
 */
export function applyToRequest(ctx: RequestContext, outcome: unknown): Reply | undefined {
  if (outcome === undefined || outcome === null) return undefined;
  if (typeof outcome === 'number') return reply(statusOf(outcome));
  if (Array.isArray(outcome)) return reply(statusOf(outcome[0]), bodyOf(outcome[1]));
  const { status, body, headers, request, variables } = fieldsOf(outcome, 'the result');
  setVariables(ctx, variables);
  if (request !== undefined) changeRequest(ctx, fieldsOf(request, 'request'));
  if (status === undefined) return undefined;
  const lines = Object.entries(headers === undefined ? {} : fieldsOf(headers, 'headers'));
  return reply(statusOf(status), bodyOf(body), Object.fromEntries(lines.map(([name, value]) => [name, lineOf(value)])));
}

/** What a function wants of the head of an answer: `{ status, headers, variables }`. */
export function applyToResponse(ctx: RequestContext, outcome: unknown): void {
  if (outcome === undefined || outcome === null) return;
  const { status, headers, variables } = fieldsOf(outcome, 'the result');
  setVariables(ctx, variables);
  if (status !== undefined) ctx.response.status = statusOf(status);
  if (headers !== undefined) changeHeaders(ctx.response.headers, fieldsOf(headers, 'headers'));
}

/** The body that a function wants: a text, or `{ body }`; undefined to leave it as it is. */
export function bodyOutcome(outcome: unknown): string | undefined {
  if (outcome === undefined || outcome === null) return undefined;
  const body = typeof outcome === 'string' ? outcome : fieldsOf(outcome, 'the result')['body'];
  if (typeof body === 'string' || body === undefined) return body;
  throw new UnknownOutcome('body must be a text');
}

function changeRequest({ request }: RequestContext, { method, path, query, host, headers, body }: Fields): void {
  if (method !== undefined) request.method = textOf(method, 'request.method').toUpperCase();
  if (path !== undefined) request.path = encoded(textOf(path, 'request.path'));
  if (query !== undefined) request.query = encoded(textOf(query, 'request.query'));
  if (host !== undefined) request.host = textOf(host, 'request.host');
  if (headers !== undefined) changeHeaders(request.headers, fieldsOf(headers, 'request.headers'));
  if (body !== undefined) request.setBody(body === null ? null : textOf(body, 'request.body'));
}

/** Null takes a field away. */
function changeHeaders(headers: HeaderFields, changes: Fields): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.remove(name.toLowerCase());
    else headers.set(name, lineOf(value));
  }
}

function setVariables(ctx: RequestContext, variables: unknown): void {
  if (variables === undefined) return;
  for (const [name, value] of Object.entries(fieldsOf(variables, 'variables'))) ctx.setVariable(name, String(value));
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new UnknownOutcome(`${name} must be an object`);
}

function statusOf(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599) return Number(value);
  throw new UnknownOutcome('the status must be a whole number from 200 to 599');
}

function bodyOf(value: unknown): string | object | null {
  return typeof value === 'object' || typeof value === 'string' ? value : value === undefined ? null : String(value);
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new UnknownOutcome(`${name} must be a text`);
}

function lineOf(value: unknown): string {
  if (typeof value === 'object') throw new UnknownOutcome('a header must be a text or a number');
  const text = String(value);
  // What came in a field is bytes; a text with more than those goes as its bytes in UTF-8.
  return /[^\0-\xff]/.test(text) ? bytesText(text) : text;
}

/** What could end the request line and begin another never reaches it. */
function encoded(text: string): string {
  return text.replaceAll(/[^\u0021-\u007E]|#/gu, (char) => encodeURIComponent(char.isWellFormed() ? char : '\uFFFD'));
}
