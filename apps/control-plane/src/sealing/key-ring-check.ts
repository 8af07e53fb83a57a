import type { DataSource } from 'typeorm';
import { inTransaction } from '../database/transaction.ts';
import { seal, unseal } from './envelope.ts';
import type { KeyRing } from './key-ring.ts';
import { sealingErrors } from './sealing.errors.ts';

const PROOF = 'This key belongs to this database.';

/**
 * Proves that the ring holds every key with which this database has sealed anything, then registers the first key before
 * it seals. Throws an error that names the key, so that a control plane with the wrong ring never starts.
 */
export function checkKeyRing(database: DataSource, ring: KeyRing): Promise<void> {
  return inTransaction(database, async (db) => {
    // Two control planes that start at once with rings of their own: one registers its key, the other one is refused.
    await db.query('LOCK TABLE keyring_check IN EXCLUSIVE MODE');
    const registered: { key_id: string; sealed: Buffer }[] = await db.query('SELECT key_id, sealed FROM keyring_check');
    for (const { key_id: keyId, sealed } of registered) prove(ring, keyId, sealed);
    const { id } = ring.first;
    if (!registered.some(({ key_id: keyId }) => keyId === id)) {
      await db.query('INSERT INTO keyring_check (key_id, sealed) VALUES ($1, $2)', [id, seal(ring, bound(id), PROOF)]);
    }
    return { answer: undefined, commit: true };
  });
}

function prove(ring: KeyRing, keyId: string, sealed: Buffer): void {
  if (!ring.byId(keyId)) throw sealingErrors.KEYRING_LACKS_KEY(`key ${keyId}`);
  try {
    unseal(ring, bound(keyId), sealed);
  } catch (error) {
    throw sealingErrors.KEYRING_WRONG_KEY(`key ${keyId}`, error);
  }
}

function bound(keyId: string): string {
  return `keyring_check\0${keyId}`;
}
