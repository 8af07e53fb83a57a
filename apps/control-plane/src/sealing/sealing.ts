import { createHmac } from 'node:crypto';
import { canonicalJson, getPointer, isSecretReference, redact, setPointer, type JsonObject } from '@sluice/schema';
import { keyIdOf, seal, unseal } from './envelope.ts';
import type { KeyRing, RingKey } from './key-ring.ts';

/** A resource as it is stored: canonical JSON with secrets masked, and the envelope that holds them. */
export interface SealedBody {
  readonly kind: string;
  readonly id: string;
  readonly body: string;
  readonly sealed: Buffer | null;
}

/**
 * Takes secrets out of values and puts them back. The envelope lies outside the digest: a body with its secrets opened has
 * exactly the canonical bytes that were hashed, whichever key sealed them.
 */
export class Sealing {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** The name of the key that seals. */
  get keyId(): string {
    return this.#ring.first.id;
  }

  /** Masks what the pointers name and seals it. A reference to a secret kept elsewhere is no secret and stays readable. */
  close(kind: string, id: string, value: JsonObject, pointers: readonly string[]): SealedBody {
    const secrets = secretsOf(value, pointers);
    const held = Object.keys(secrets);
    if (held.length === 0) return { kind, id, body: canonicalJson(value), sealed: null };
    const sealed = seal(this.#ring, bound(kind, id), canonicalJson(secrets));
    return { kind, id, body: canonicalJson(redact(value, held)), sealed };
  }

  /** The canonical bytes of a stored resource, secrets in plain: what data planes receive and hash. */
  open(stored: SealedBody): Buffer {
    return Buffer.from(stored.sealed ? canonicalJson(this.openValue(stored)) : stored.body);
  }

  /** The value of a stored resource, secrets in plain. */
  openValue({ kind, id, body, sealed }: SealedBody): JsonObject {
    let value: unknown = JSON.parse(body);
    const secrets = sealed ? (JSON.parse(unseal(this.#ring, bound(kind, id), sealed)) as JsonObject) : {};
    for (const [pointer, secret] of Object.entries(secrets)) value = setPointer(value, pointer, secret);
    return value as JsonObject;
  }

  /** The same envelope under the first key of the ring; null where that key sealed it already. */
  reseal({ kind, id, sealed }: Omit<SealedBody, 'body'>): Buffer | null {
    if (sealed === null || keyIdOf(sealed) === this.#ring.first.id) return null;
    return seal(this.#ring, bound(kind, id), unseal(this.#ring, bound(kind, id), sealed));
  }

  /** Seals a text that belongs to no resource; it opens for the same purpose only. */
  sealText(purpose: string, text: string): Buffer {
    return seal(this.#ring, bound('text', purpose), text);
  }

  /** Opens what `sealText` sealed for the same purpose. Throws an error of the table where it was not. */
  openText(purpose: string, envelope: Buffer): string {
    return unseal(this.#ring, bound('text', purpose), envelope);
  }

  /** Tells equal texts from different ones without keeping them; made with the first key. */
  fingerprint(text: string): string {
    return fingerprintWith(this.#ring.first, text);
  }

  /** The fingerprints under which a text may have been stored, one per key of the ring. */
  fingerprints(text: string): string[] {
    return this.#ring.keys.map((key) => fingerprintWith(key, text));
  }
}

function secretsOf(value: JsonObject, pointers: readonly string[]): JsonObject {
  const secrets: Record<string, string | number> = {};
  for (const pointer of pointers) {
    const secret = getPointer(value, pointer);
    if (typeof secret === 'number') secrets[pointer] = secret;
    if (typeof secret === 'string' && !isSecretReference(secret)) secrets[pointer] = secret;
  }
  return secrets;
}

function fingerprintWith(key: RingKey, text: string): string {
  return createHmac('sha256', key.fingerprint).update(text).digest('base64url');
}

function bound(kind: string, id: string): string {
  return `${kind}\0${id}`;
}
