import { sameBytes } from '@sluice/sync';
import type { HelloMessage } from '@sluice/sync/grpc';
import type { FeedDatabase } from './feed-database.ts';

const saneInstanceId = /^[\w.:@-]{1,128}$/;
const LABELS_MAX = 64;
const TEXT_MAX = 256;

/** What a data plane that says hello turns out to be. */
export interface Greeting {
  readonly groupId: number;
  readonly head: number;
  /** The revision that it provably holds, or null where only a snapshot helps. */
  readonly position: number | null;
}

/** Why a hello is not acceptable, or undefined where it is. */
export function helloProblem(hello: HelloMessage): string | undefined {
  if (!saneInstanceId.test(hello.instance_id)) return 'instance_id: 1 to 128 letters, digits, or one of _ . : @ -';
  if (hello.hostname.length > TEXT_MAX || hello.version.length > TEXT_MAX) return 'hostname or version: too long';
  const labels = Object.entries(hello.labels).flat();
  if (labels.length > 2 * LABELS_MAX || labels.some((text) => text.length > TEXT_MAX))
    return 'labels: too many or long';
  return undefined;
}

/** Looks up the group of a hello, and whether what the data plane holds is a revision of it; undefined without such a group. */
export async function greet(database: FeedDatabase, hello: HelloMessage): Promise<Greeting | undefined> {
  const [row] = await database.query<{ id: number; head: number; digest: Buffer | null }>(
    `SELECT gateway_group.id, head_revision AS head, revision.digest
     FROM gateway_group LEFT JOIN revision ON group_id = gateway_group.id AND number = $2
     WHERE name = $1`,
    [hello.group, hello.have_revision],
  );
  if (!row) return undefined;
  // Number and digest together: after a restored backup the same number may stand for another state.
  const isKnown = row.digest !== null && sameBytes(row.digest, hello.have_digest);
  return { groupId: row.id, head: row.head, position: isKnown ? hello.have_revision : null };
}
