import { createHash } from 'node:crypto';
import type { ConfigOwner } from '@sluice/plugin-kit';
import { canonicalJson, type JsonValue } from '@sluice/schema';

/** Where Redis is and how it is reached: data planes may say that differently, and a new password is no new limit. */
const wayToRedis = /^(?:redis|sentinel)_/;

/** Characters that tell two configurations apart: 96 bits. */
const FINGERPRINT_LENGTH = 16;

/**
 * Which configurations count together: those of one owner (or, instead, of one group) that say the same. Not the revision:
 * a change of another part of the owner must not give every client a fresh quota, and a change of this configuration must.
 * Readable where it becomes part of keys in Redis; short on the data plane itself, where every request hashes it.
 */
export function counterScope(plugin: string, config: object, owner: ConfigOwner, group?: string): string {
  const limit = Object.entries(config).filter(([field]) => !wayToRedis.test(field));
  const text = canonicalJson(Object.fromEntries(limit) as unknown as JsonValue);
  const who = group === undefined ? `${owner.kind}/${owner.id}` : `group/${group}`;
  const scope = `${owner.gatewayGroup}:${plugin}:${who}:${fingerprintOf(text)}:`;
  const isShared = 'policy' in config && config.policy !== 'local';
  return isShared ? scope : fingerprintOf(scope);
}

function fingerprintOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, FINGERPRINT_LENGTH);
}
