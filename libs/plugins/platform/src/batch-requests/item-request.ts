import { connectionFields, type HandledRequest, type HeaderFields, type HeaderValue } from '@sluice/plugin-kit';
import { isJsonObject } from '@sluice/schema';
import type { Batch, BatchItem } from './batch.ts';

type Named = ReadonlyMap<string, HeaderValue>;

/** These frame a message, or belong to the connection of the batch itself: another request has its own. */
const ofTheConnection = new Set([...connectionFields, 'proxy-connection', 'http2-settings']);

/** Who the client is stands in the head of the batch, where a proxy has seen it, and never in its body. */
const ofTheClient = /^(?:forwarded|x-forwarded-.*|x-real-ip)$/;

/** Thrown for a request that cannot be sent at all. */
export class UnsendableItem extends Error {
  override readonly name = 'UnsendableItem';
}

/** What all requests of a batch have in common: its own headers, but for those about its body, then those that it names. */
export function commonHeaders(outer: HeaderFields, batch: Batch, clientIp: string): Named {
  const common = new Map<string, HeaderValue>();
  for (const [spelled, value] of outer.entries()) {
    const name = spelled.toLowerCase();
    // A compressed answer could not stand in JSON.
    if (name.startsWith('content-') || name === 'accept-encoding' || ofTheConnection.has(name)) continue;
    const before = common.get(name);
    common.set(name, before === undefined ? value : [before, value].flat());
  }
  addNamed(common, batch.headers);
  return common.set('x-real-ip', clientIp);
}

/** One request of a batch as it is sent. Throws an `UnsendableItem`. */
export function itemRequest(item: BatchItem, { query, timeout }: Batch, common: Named): HandledRequest {
  if (item.method === 'CONNECT') throw new UnsendableItem('a batch opens no tunnels');
  const headers = new Map(common);
  addNamed(headers, item.headers);
  if (item.body !== undefined) headers.set('content-length', String(Buffer.byteLength(item.body)));
  return {
    method: item.method,
    target: targetOf(item.path, { ...query, ...item.query }),
    headers: Object.fromEntries(headers),
    body: item.body ?? null,
    timeoutMs: timeout,
  };
}

function addNamed(headers: Map<string, HeaderValue>, named: Readonly<Record<string, unknown>> = {}): void {
  for (const [spelled, given] of Object.entries(named)) {
    const name = spelled.toLowerCase();
    if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) throw new UnsendableItem(`invalid name of a header: ${shown(spelled)}`);
    if (ofTheConnection.has(name) || ofTheClient.test(name)) continue;
    headers.set(name, Array.isArray(given) ? given.map((line) => sendableText(name, line)) : sendableText(name, given));
  }
}

function sendableText(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'object' ? undefined : String(value);
  if (text === undefined || /[^\t\x20-\x7e\x80-\xff]/.test(text))
    throw new UnsendableItem(`invalid value of the header ${name}`);
  return text;
}

function targetOf(path: string, query: Readonly<Record<string, unknown>>): string {
  if (!path.startsWith('/') || /[^\x21-\x7e]/.test(path)) throw new UnsendableItem(`invalid path: ${shown(path)}`);
  const args = new URLSearchParams();
  for (const [name, given] of Object.entries(query)) {
    for (const value of [given].flat()) {
      if (isJsonObject(value)) throw new UnsendableItem(`invalid value of the argument ${shown(name)}`);
      args.append(name, String(value));
    }
  }
  const added = args.toString();
  if (added === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${added}`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
