import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';
import { sealingErrors } from './sealing.errors.ts';

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts with the first key of the ring, AES-256-GCM. Layout: version, length of the key id, key id, IV, tag, ciphertext.
 * `bound` (such as the resource's kind and id) is authenticated with it, so that an envelope opens nowhere else.
 */
export function seal(ring: KeyRing, bound: string, content: string): Buffer {
  const { id, sealing } = ring.first;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(bound));
  const encrypted = Buffer.concat([cipher.update(content, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION, id.length]), Buffer.from(id), iv, cipher.getAuthTag(), encrypted]);
}

/** Decrypts an envelope with whichever key of the ring sealed it. */
export function unseal(ring: KeyRing, bound: string, envelope: Buffer): string {
  const { keyId, iv, tag, encrypted } = takeApart(envelope);
  const key = ring.byId(keyId);
  if (!key) throw sealingErrors.KEYRING_LACKS_KEY(`key ${keyId}`);
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv('aes-256-gcm', key.sealing, iv, options).setAAD(Buffer.from(bound));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
  } catch (error) {
    throw sealingErrors.SEAL_BROKEN(`key ${keyId}`, error);
  }
}

/** The name of the key that sealed an envelope. */
export function keyIdOf(envelope: Buffer): string {
  return takeApart(envelope).keyId;
}

function takeApart(envelope: Buffer) {
  const [version, idLength = 0] = envelope;
  const ivAt = 2 + idLength;
  const tagAt = ivAt + IV_BYTES;
  const contentAt = tagAt + TAG_BYTES;
  if (version !== VERSION || envelope.length < contentAt) throw sealingErrors.SEAL_BROKEN('unknown layout');
  return {
    keyId: envelope.toString('latin1', 2, ivAt),
    iv: envelope.subarray(ivAt, tagAt),
    tag: envelope.subarray(tagAt, contentAt),
    encrypted: envelope.subarray(contentAt),
  };
}
