import { createCipheriv, createDecipheriv } from 'node:crypto';
import {
  canonicalJson,
  getPointer,
  isSecretReference,
  type JsonObject,
  type JsonValue,
  parseJson,
  secretPointers,
  setPointer,
} from '@sluice/schema';
import { etcdErrors } from './etcd.errors.ts';
import type { ValueEncoder } from './publisher.ts';

/** Reads a value back to the canonical bytes that its digest is about. */
export type ValueDecoder = (kind: string, id: string, value: Uint8Array) => Uint8Array;

/** The patterns of a resource's secret fields, as `secretPointers` reads them: those of its kind and of its plugins. */
export type SecretPatterns = (kind: string, value: unknown) => readonly string[];

/** Both directions of one key ring. */
export interface ApisixEncryption {
  readonly encode: ValueEncoder;
  /** The same for a value that was read already. */
  readonly encodeValue: (kind: string, value: JsonObject) => JsonObject;
  readonly decode: ValueDecoder;
}

type Cipher = (text: string) => string;

/**
 * APISIX's encryption of secret fields: AES-128-CBC, key and initialisation vector both the key of 16 characters, base64.
 * The first key encrypts, all of them decrypt. It keeps secrets from whoever glances at etcd, and no more than that: equal
 * texts look equal and nothing proves that a text is unchanged. Our own store has its own envelope; this one exists so
 * that APISIX's data planes can read what we publish. References to secrets stay readable, as APISIX leaves them.
 */
export function apisixEncryption(keyring: readonly string[], patternsOf: SecretPatterns): ApisixEncryption {
  const keys = keyring.map(toKey);
  const [first] = keys;
  if (!first) throw etcdErrors.ETCD_SETTINGS('the key ring is empty');
  return {
    encode: (kind, _id, body) => rewrite(kind, body, patternsOf, (text) => encrypt(first, text)),
    encodeValue: (kind, value) => rewriteValue(kind, value, patternsOf, (text) => encrypt(first, text)),
    decode: (kind, _id, value) => rewrite(kind, value, patternsOf, (text) => decryptWithAny(keys, text)),
  };
}

/** Bytes in which no secret changes are handed back as they came, canonical or not. */
function rewrite(kind: string, bytes: Uint8Array, patternsOf: SecretPatterns, cipher: Cipher): Uint8Array {
  const value = readJson(bytes);
  const result = rewriteValue(kind, value, patternsOf, cipher);
  return result === value ? bytes : Buffer.from(canonicalJson(result as JsonValue));
}

function rewriteValue<T>(kind: string, value: T, patternsOf: SecretPatterns, cipher: Cipher): T {
  let result: unknown = value;
  for (const pointer of secretPointers(value, patternsOf(kind, value))) {
    const text = getPointer(value, pointer);
    if (typeof text !== 'string' || isSecretReference(text)) continue;
    const other = cipher(text);
    if (other !== text) result = setPointer(result, pointer, other);
  }
  return result as T;
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(Buffer.from(bytes).toString());
  } catch {
    // Not ours to judge: whoever serves it says what is wrong with it. It holds no field that could be a secret.
    return undefined;
  }
}

function toKey(text: string): Buffer {
  const key = Buffer.from(text);
  if (key.length !== 16) throw etcdErrors.ETCD_SETTINGS('a key of the key ring has to have 16 characters');
  return key;
}

function encrypt(key: Buffer, text: string): string {
  const cipher = createCipheriv('aes-128-cbc', key, key);
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
}

/** A text that no key opens was stored in plain, before encryption was switched on. */
function decryptWithAny(keys: readonly Buffer[], text: string): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % 16 !== 0 || bytes.toString('base64') !== text) return text;
  for (const key of keys) {
    const opened = decrypt(key, bytes);
    if (opened !== undefined) return opened;
  }
  return text;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decrypt(key: Buffer, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv('aes-128-cbc', key, key);
  try {
    return utf8.decode(Buffer.concat([decipher.update(bytes), decipher.final()]));
  } catch {
    // Wrong padding or no text: it is another key, or it never was encrypted.
    return undefined;
  }
}
