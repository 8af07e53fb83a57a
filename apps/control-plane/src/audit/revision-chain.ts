import { chainHash, chainStart, type RevisionChange, sameBytes, StateDigest } from '@sluice/sync';
import type { DataSource } from 'typeorm';
import type { Sealing } from '../sealing/sealing.ts';
import { broken, type ChainReport } from './chain-report.ts';
import { baseProblem } from './chain-base.ts';
import { changesBetween, hasItsHash, type VersionRow } from './version-check.ts';

const PAGE_REVISIONS = 500;
const BATCH_CHANGES = 2_000;

interface RevisionRow {
  readonly number: number;
  readonly author: string;
  readonly author_type: string;
  readonly source: string;
  readonly message: string;
  readonly created_at: Date;
  readonly is_exact: boolean;
  readonly restores: number | null;
  readonly digest: Buffer;
  readonly chain: Buffer;
  readonly change_count: number;
  readonly resource_count: number;
}

/** Where the chain stands after a revision. */
export interface Link {
  readonly number: number;
  readonly chain: Uint8Array;
  readonly digest: Uint8Array;
  readonly resource_count: number;
}

interface Head extends Link {
  readonly id: number;
}

const start: Link = { number: 0, chain: chainStart, digest: StateDigest.empty().toBytes(), resource_count: 0 };

/**
 * Checks all revisions of a group that are here, from the first, or from where the archive ends: the chain of hashes, the
 * bodies against their hashes, the digests against the changes, and the head of the group against the last of them.
 */
export async function verifyRevisionChain(database: DataSource, sealing: Sealing, group: string): Promise<ChainReport> {
  const head = await headOf(database, group);
  const anchor = await anchorOf(database, head.id);
  const wrongBase = await baseProblem(database, sealing, { groupId: head.id, anchor });
  if (wrongBase) return broken(anchor.number, wrongBase);
  let link = anchor;
  for await (const [revision, changes] of historyAfter(database, head.id, anchor.number)) {
    const reason = problemOf(revision, changes, { group, link, sealing });
    if (reason) return broken(link.number + 1, reason);
    link = revision;
  }
  // Revisions that came while this read are no fault.
  const end = await headOf(database, group);
  if (link.number < head.number) return broken(link.number + 1, 'the head of the group is not the last revision');
  const isHead = end.number > link.number || sameLink(end, link);
  return isHead
    ? { isIntact: true, checked: link.number - anchor.number }
    : broken(link.number + 1, 'the head of the group is not the last revision');
}

/** The revisions of a group after one of them, each with its changes. */
async function* historyAfter(
  database: DataSource,
  groupId: number,
  number: number,
): AsyncGenerator<[RevisionRow, readonly VersionRow[]]> {
  let last = number;
  for (;;) {
    const revisions = await database.query<RevisionRow[]>(REVISIONS, [groupId, last, PAGE_REVISIONS]);
    if (revisions.length === 0) return;
    for (const batch of batchesOf(revisions)) {
      const changes = await changesBetween(database, groupId, last, batch);
      for (const revision of batch) yield [revision, changes.get(revision.number) ?? []];
      last = batch.at(-1)?.number ?? last;
    }
  }
}

/** Revisions whose changes are read together: few large ones, or many small ones. */
function batchesOf(revisions: readonly RevisionRow[]): RevisionRow[][] {
  const batches: RevisionRow[][] = [];
  let room = 0;
  for (const revision of revisions) {
    const batch = revision.change_count <= room ? batches.at(-1) : undefined;
    room = (batch ? room : BATCH_CHANGES) - revision.change_count;
    if (batch) batch.push(revision);
    else batches.push([revision]);
  }
  return batches;
}

async function headOf(database: DataSource, group: string): Promise<Head> {
  const [head] = await database.query<Head[]>(HEAD, [group]);
  if (!head) throw new Error(`There is no gateway group ${group}.`);
  return head;
}

/** Where what is not archived begins. */
async function anchorOf(database: DataSource, groupId: number): Promise<Link> {
  const [archived] = await database.query<Link[]>(ANCHOR, [groupId]);
  return archived ?? start;
}

const HEAD = 'SELECT id, head_revision AS number, chain, digest, resource_count FROM gateway_group WHERE name = $1';

/** Headers go the moment they are archived; versions that nobody needs any more go later, and do no harm until then. */
const ANCHOR = `
  SELECT last AS number, chain, digest, (
    SELECT count(*) FROM (
      SELECT DISTINCT ON (kind, id) body FROM resource_version
      WHERE group_id = $1 AND revision <= archive.last ORDER BY kind, id, revision DESC
    ) base WHERE body IS NOT NULL) AS resource_count
  FROM revision_archive archive WHERE group_id = $1 ORDER BY last DESC LIMIT 1`;

/** Hashes cover times to the millisecond; what is finer was not written by us. */
const REVISIONS = `
  SELECT number, author, author_type, source, message, created_at,
    created_at = date_trunc('milliseconds', created_at) AS is_exact, restores, digest, chain, change_count, resource_count
  FROM revision WHERE group_id = $1 AND number > $2 ORDER BY number LIMIT $3`;

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
  const misplaced = changes.find(({ follows }) => !follows);
  if (misplaced) return `${misplaced.kind} "${misplaced.id}" does not follow from what it was before`;
  if (!sameBytes(digestAfter(link.digest, changes), revision.digest))
    return 'the digest does not follow from the changes';
  if (link.resource_count + growthOf(changes) !== revision.resource_count)
    return 'the number of resources does not follow from the changes';
  return isChained(revision, changes, { group, link }) ? undefined : 'the revision is not what was written';
}

function isChained(
  revision: RevisionRow,
  changes: readonly VersionRow[],
  { group, link }: Pick<Context, 'group' | 'link'>,
): boolean {
  const {
    created_at: at,
    is_exact: isExact,
    chain,
    change_count: _changes,
    resource_count: _resources,
    ...header
  } = revision;
  const covered = { ...header, group, created_at: at.toISOString(), changes: changes.map(toChange) };
  return isExact && sameBytes(chainHash(link.chain, covered), chain);
}

function growthOf(changes: readonly RevisionChange[]): number {
  return changes.reduce((sum, { before, after }) => sum + Number(after !== null) - Number(before !== null), 0);
}

function digestAfter(digest: Uint8Array, changes: readonly RevisionChange[]): Uint8Array {
  const sum = StateDigest.from(digest);
  for (const { before, after } of changes) {
    if (before) sum.remove(before);
    if (after) sum.add(after);
  }
  return sum.toBytes();
}

function sameLink(a: Link, b: Link): boolean {
  const hasSameBytes = sameBytes(a.chain, b.chain) && sameBytes(a.digest, b.digest);
  return a.number === b.number && a.resource_count === b.resource_count && hasSameBytes;
}

function toChange({ kind, id, before, after }: VersionRow): RevisionChange {
  return { kind, id, before, after };
}
