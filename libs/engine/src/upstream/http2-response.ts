import { isNameCode } from '../http/field-name.ts';
import { FieldTable } from '../http/field-table.ts';
import type { ResponseHead } from './response-head.ts';

/** Fields that HTTP/2 forbids because they speak of a connection, and those that the gateway writes itself. */
const dropped = new FieldTable({
  te: true,
  date: true,
  server: true,
  trailer: true,
  upgrade: true,
  connection: true,
  'keep-alive': true,
  'proxy-connection': true,
  'transfer-encoding': true,
});

/** The head of an answer from its fields: name, value, name, value. */
export function http2ResponseHead(raw: readonly string[]): ResponseHead {
  const fields: string[] = [];
  let status = 0;
  let contentLength = -1;
  let date: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const [name = '', value = ''] = [raw[i], raw[i + 1]];
    if (name === ':status') status = Number(value);
    if (name === 'date') date = value;
    if (!isPassed(name)) continue;
    if (name === 'content-length') contentLength = Number(value);
    fields.push(name, value);
  }
  return { status, reason: '', fields, contentLength, isChunked: false, isPersistent: true, upgrade: '', date };
}

/** Trailers as they are passed on. */
export function http2Trailers(raw: readonly string[]): string[] {
  return raw.filter((_, i) => isPassed(raw[i - (i % 2)] ?? '') && raw[i - (i % 2)] !== 'content-length');
}

/** A pseudo-field begins with a character that no name of a field may have. */
function isPassed(name: string): boolean {
  return isNameCode(name.charCodeAt(0)) && dropped.find(name) === undefined;
}
