import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { rawBody } from '../http/json-body.ts';
import { idempotencyErrors } from './idempotency.errors.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const keyPattern = /^[\x20-\x7e]{1,255}$/;

/** A request that shall be carried out once, however often it is sent. */
export interface KeyedRequest {
  /** Hash of sender and key. */
  readonly id: Buffer;
  /** Hash of everything that the request asks for. */
  readonly fingerprint: Buffer;
  readonly requestId: string;
}

/** The Idempotency-Key of a request that changes something; undefined where it has none. */
export function idempotencyKeyOf({ method, headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || READING.has(method)) return undefined;
  if (typeof key !== 'string' || !keyPattern.test(key)) throw idempotencyErrors.IDEMPOTENCY_KEY_INVALID();
  return key;
}

/** A request by its key and its sender. Two senders may use the same key and never meet. */
export function keyedRequest(request: FastifyRequest, key: string, principal: Principal): KeyedRequest {
  const { method, url, headers, id: requestId } = request;
  const conditions = [headers['if-match'] ?? '', headers['if-none-match'] ?? ''].map(String);
  return {
    id: digest('sender and key', senderOf(principal), key),
    fingerprint: digest('request', method, url, ...conditions, rawBody(request)),
    requestId,
  };
}

/** A person stays the same in another session, so that a repetition after a new sign-in is one. */
function senderOf({ credential }: Principal): string {
  return credential.type === 'session' ? `user ${credential.userId}` : `key ${credential.hash.toString('hex')}`;
}

/** Each part goes in with its length, so that no two lists of parts are the same bytes. */
function digest(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest();
}
