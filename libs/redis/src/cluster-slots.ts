import { slotCount } from './key-slot.ts';
import type { RedisReply } from './redis.ts';
import { addressText, parseRedisAddress } from './settings.ts';

/** The address of the master of each slot. */
export type SlotOwners = (string | undefined)[];

/** Reads the answer to CLUSTER SLOTS, given by the node at `asked`; undefined where no slot has a master. */
export function readSlots(reply: RedisReply, asked: string): SlotOwners | undefined {
  const owners: SlotOwners = Array.from({ length: slotCount });
  let isEmpty = true;
  for (const range of listOf(reply)) {
    const [from, to, master] = listOf(range);
    const [host, port] = listOf(master ?? null);
    if (typeof from !== 'number' || typeof to !== 'number' || typeof port !== 'number') continue;
    // A node that does not know its own name, or tells none, is where it was asked.
    const named = typeof host === 'string' && host !== '' && host !== '?' ? host : parseRedisAddress(asked)?.host;
    if (named === undefined) continue;
    owners.fill(addressText({ host: named, port }), from, to + 1);
    isEmpty = false;
  }
  return isEmpty ? undefined : owners;
}

function listOf(reply: RedisReply): readonly RedisReply[] {
  return Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
}
