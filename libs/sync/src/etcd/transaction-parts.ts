import type { IRequestOp } from 'etcd3';
import { put } from './fenced-writer.ts';

/** A key with the value that it shall have, or null where it shall not exist. */
export interface KeyChange {
  readonly key: string;
  readonly value: string | Uint8Array | null;
}

/** etcd takes 128 operations; two of them may be our own keys. */
const OPERATIONS_MAX = 126;

/** etcd takes 1.5 MiB for the whole request as it is encoded; what is left is for our own keys and the comparisons. */
const BYTES_MAX = 1.5 * 1024 * 1024 - 16 * 1024;

/** What an operation costs around its key and value, at most. */
const OPERATION_BYTES = 48;

/**
 * Lays out changes as transactions that etcd accepts. A key that is changed twice is written once, as it was last: etcd
 * refuses a transaction that writes a key twice. A value that is too large by itself is a part of its own, which etcd
 * then refuses by name.
 */
export function transactionParts(changes: readonly KeyChange[]): IRequestOp[][] {
  const lastByKey = new Map(changes.map((change) => [change.key, change]));
  const parts: IRequestOp[][] = [];
  let part: IRequestOp[] = [];
  let bytes = 0;
  for (const { key, value } of lastByKey.values()) {
    const size = Buffer.byteLength(key) + (value === null ? 0 : Buffer.byteLength(value)) + OPERATION_BYTES;
    if (part.length >= OPERATIONS_MAX || (part.length > 0 && bytes + size > BYTES_MAX)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(value === null ? { request_delete_range: { key: Buffer.from(key) } } : put(key, value));
    bytes += size;
  }
  parts.push(part);
  return parts;
}
