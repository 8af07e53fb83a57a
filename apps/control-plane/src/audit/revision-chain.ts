import { chainHash, chainStart, elementHash, type RevisionChange, sameBytes, StateDigest } from '@sluice/sync';
import type { DataSource } from 'typeorm';
import type { Sealing } from '../sealing/sealing.ts';
import { broken, type ChainReport } from './chain-report.ts';

const PAGE_REVISIONS = 200;

interface RevisionRow {
  readonly number: number;
  readonly author: string;
  readonly author_type: string;
  readonly source: string;
  readonly message: string;
  readonly created_at: Date;
  readonly restores: number | null;
  readonly digest: Buffer;
  readonly chain: Buffer;
  readonly change_count: number;
}

interface VersionRow extends RevisionChange {
  readonly revision: number;
  readonly body: string | null;
  readonly sealed: Buffer | null;
}

/** Where the chain stands after a revision. */
interface Link {
  readonly number: number;
  readonly chain: Uint8Array;
  readonly digest: Uint8Array;
}

/**
 * Checks all revisions of a group, from the first: the chain of hashes, the bodies against their hashes, the digests
 * against the changes, and the head of the group against the last of them.
 */
export async function verifyRevisionChain(database: DataSource, sealing: Sealing, group: string): Promise<ChainReport> {
  const [head] = await database.query<(Link & { readonly id: number })[]>(HEAD, [group]);
  if (!head) throw new Error(`There is no gateway group ${group}.`);
  let link: Link = { number: 0, chain: chainStart, digest: StateDigest.empty().toBytes() };
  for (;;) {
    const revisions = await database.query<RevisionRow[]>(REVISIONS, [head.id, link.number, PAGE_REVISIONS]);
    const last = revisions.at(-1);
    if (!last) break;
    const versions = await database.query<VersionRow[]>(VERSIONS, [head.id, link.number, last.number]);
    const byRevision = Map.groupBy(versions, ({ revision }) => revision);
    for (const revision of revisions) {
      const reason = problemOf(revision, byRevision.get(revision.number) ?? [], { group, link, sealing });
      if (reason) return broken(link.number + 1, reason);
      link = revision;
    }
  }
  const isHead =
    head.number === link.number && sameBytes(head.chain, link.chain) && sameBytes(head.digest, link.digest);
  if (!isHead) return broken(link.number + 1, 'the head of the group is not the last revision');
  return { isIntact: true, checked: link.number };
}

const HEAD = 'SELECT id, head_revision AS number, chain, digest FROM gateway_group WHERE name = $1';

const REVISIONS = `
  SELECT number, author, author_type, source, message, created_at, restores, digest, chain, change_count
  FROM revision WHERE group_id = $1 AND number > $2 ORDER BY number LIMIT $3`;

const VERSIONS = `
  SELECT version.revision, version.kind, version.id, version.body, version.sealed, version.hash AS after,
    previous.hash AS before
  FROM resource_version version LEFT JOIN resource_version previous ON previous.group_id = version.group_id
    AND previous.kind = version.kind AND previous.id = version.id AND previous.revision = version.previous_revision
  WHERE version.group_id = $1 AND version.revision > $2 AND version.revision <= $3`;

interface Context {
  readonly group: string;
  readonly link: Link;
  readonly sealing: Sealing;
}

function problemOf(revision: RevisionRow, changes: readonly VersionRow[], context: Context): string | undefined {
  const { group, link, sealing } = context;
  if (revision.number !== link.number + 1) return 'the revision is missing';
  if (revision.change_count !== changes.length) return 'the revision has not as many changes as it says';
  const altered = changes.find((change) => !hasItsHash(change, sealing));
  if (altered) return `${altered.kind} "${altered.id}" is not what was written`;
  if (!sameBytes(digestAfter(link.digest, changes), revision.digest))
    return 'the digest does not follow from the changes';
  const { created_at: at, chain, change_count: _count, ...header } = revision;
  const covered = { ...header, group, created_at: at.toISOString(), changes: changes.map(toChange) };
  return sameBytes(chainHash(link.chain, covered), chain) ? undefined : 'the revision is not what was written';
}

function hasItsHash({ kind, id, body, sealed, after }: VersionRow, sealing: Sealing): boolean {
  if (body === null) return after === null;
  try {
    return after !== null && sameBytes(elementHash(kind, id, sealing.open({ kind, id, body, sealed })), after);
  } catch {
    // An envelope that does not open was altered, or taken from another resource: the answer is the same.
    return false;
  }
}

function digestAfter(digest: Uint8Array, changes: readonly VersionRow[]): Uint8Array {
  const sum = StateDigest.from(digest);
  for (const { before, after } of changes) {
    if (before) sum.remove(before);
    if (after) sum.add(after);
  }
  return sum.toBytes();
}

function toChange({ kind, id, before, after }: VersionRow): RevisionChange {
  return { kind, id, before, after };
}
