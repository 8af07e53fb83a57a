import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const version = 1;
const saltBytes = 16;
const tagBytes = 16;
const keyBytes = 32;
const ivBytes = 12;
const cipher = 'aes-256-gcm';

/**
 * Encrypts what is given into the hands of others, and knows again what it has encrypted. Each text has a key of its own,
 * derived from the secret and a random salt, so that no number of them wears a key out. `context` is bound to it: what was
 * sealed for one purpose opens for no other.
 */
export class Seal {
  readonly #secret: Buffer;
  readonly #context: string;

  constructor(secret: string, context: string) {
    this.#secret = Buffer.from(hkdfSync('sha256', secret, '', 'openid-connect sessions', keyBytes));
    this.#context = context;
  }

  /** Text in base64url. */
  seal(value: object, purpose: string): string {
    const salt = randomBytes(saltBytes);
    const { key, iv } = this.#keyOf(salt);
    const encryption = createCipheriv(cipher, key, iv).setAAD(this.#bound(purpose));
    const parts = [Buffer.of(version), salt, encryption.update(JSON.stringify(value)), encryption.final()];
    return Buffer.concat([...parts, encryption.getAuthTag()]).toString('base64url');
  }

  /** The value, or undefined for a text that was not sealed with this secret, for this purpose. */
  open(text: string, purpose: string): unknown {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < 1 + saltBytes + tagBytes || bytes[0] !== version) return undefined;
    const { key, iv } = this.#keyOf(bytes.subarray(1, 1 + saltBytes));
    const decryption = createDecipheriv(cipher, key, iv)
      .setAAD(this.#bound(purpose))
      .setAuthTag(bytes.subarray(-tagBytes));
    try {
      const opened = [decryption.update(bytes.subarray(1 + saltBytes, -tagBytes)), decryption.final()];
      return JSON.parse(Buffer.concat(opened).toString()) as unknown;
    } catch {
      // Forged, cut short, or of another secret: as good as none.
      return undefined;
    }
  }

  #keyOf(salt: Uint8Array) {
    const derived = createHmac('sha512', this.#secret).update(salt).digest();
    return { key: derived.subarray(0, keyBytes), iv: derived.subarray(keyBytes, keyBytes + ivBytes) };
  }

  #bound(purpose: string): Buffer {
    return Buffer.from(JSON.stringify([purpose, this.#context]));
  }
}
