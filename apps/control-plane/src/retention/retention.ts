import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { chainStart } from '@sluice/sync';
import { DataSource } from 'typeorm';
import { AuditWriter } from '../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { inTransaction } from '../database/transaction.ts';
import { Leadership } from '../leadership/leadership.ts';
import { ArchiveContent, type ArchiveRange, type ChainPoint } from './archive-content.ts';
import { writeArchive, type WrittenFile } from './archive-file.ts';
import { pruneVersions } from './pruning.ts';

/**
 * Also the time for which versions outlive the header of their revision: whoever began to read or to go back to a revision
 * just before it was archived has long finished.
 */
const EVERY_MS = 5 * 60_000;
const REVISIONS_PER_FILE = 5_000;

interface GroupRow {
  readonly id: number;
  readonly name: string;
  /** The newest revision that the rules of the group let go. */
  readonly last: number;
}

/** Where archives are written, unless a setting says otherwise: below the data directory. */
export function archiveDirectory({ archive_dir: own, data_dir: data }: Settings): string {
  return resolve(own ?? join(data, 'archive'));
}

/**
 * Moves old revisions from the database to files, group by group, by the rules of each. A revision leaves the database only
 * when the file that holds it is on the disk, and no writer waits for any of it.
 */
@Injectable()
export class Retention implements OnModuleInit {
  readonly #log = new Logger('retention');

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(Leadership) private readonly leadership: Leadership,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  onModuleInit(): void {
    this.leadership.assign(({ signal }) => this.#run(signal));
  }

  /** One round over all groups: first what can be deleted of what is archived, then what can be archived. */
  async sweep(signal?: AbortSignal): Promise<void> {
    for (const group of await this.#groups()) {
      if (signal?.aborted) return;
      await pruneVersions(this.database, group.id, signal);
      await this.#dropUnlabelled(group.id);
      while (!signal?.aborted && (await this.#archive(group)));
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.sweep(signal).catch((error: unknown) =>
        this.#log.warn(`history was not archived: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  }

  #groups(): Promise<GroupRow[]> {
    return this.database.query(GROUPS, [this.settings.etcd_endpoints.length > 0]);
  }

  /** Archived revisions that were kept for a label that they have lost. Their versions go in the next round. */
  async #dropUnlabelled(groupId: number): Promise<void> {
    const [, count] = await this.database.query<[unknown, number]>(DROP_UNLABELLED, [groupId]);
    if (count > 0)
      await this.database.query('UPDATE revision_archive SET pruned = false WHERE group_id = $1', [groupId]);
  }

  /** Archives as much as goes into one file; false where nothing is left to archive. */
  async #archive({ id: groupId, name: group, last }: GroupRow): Promise<boolean> {
    const previous = await this.#end(groupId);
    if (last <= previous.number) return false;
    const range = { groupId, group, previous, last: Math.min(last, previous.number + REVISIONS_PER_FILE) };
    const content = new ArchiveContent(this.database, range);
    const spanOf = () => ({ first: previous.number + 1, last: content.end.number });
    const written = await writeArchive(archiveDirectory(this.settings), group, content.lines(), spanOf);
    await this.#forget(range, content, written);
    this.#log.log(`${group}: revisions ${previous.number + 1} to ${content.end.number} are archived`);
    return true;
  }

  async #end(groupId: number): Promise<ChainPoint> {
    const select =
      'SELECT last AS number, chain, digest FROM revision_archive WHERE group_id = $1 ORDER BY last DESC LIMIT 1';
    const [end] = await this.database.query<ChainPoint[]>(select, [groupId]);
    return end ?? { number: 0, chain: Buffer.from(chainStart), digest: Buffer.alloc(32) };
  }

  /** Deletes the headers of what is in the file now, but of those with a label. */
  async #forget(
    { groupId, group, previous }: ArchiveRange,
    { end, comments }: ArchiveContent,
    { file, bytes, sha256 }: WrittenFile,
  ): Promise<void> {
    const [first, last] = [previous.number + 1, end.number];
    await inTransaction(this.database, async (db) => {
      // Locked, so that nobody labels or comments on what is about to go.
      const lock = 'SELECT 1 FROM revision WHERE group_id = $1 AND number BETWEEN $2 AND $3 ORDER BY number FOR UPDATE';
      await db.query(lock, [groupId, first, last]);
      const count = 'SELECT count(*) AS count FROM revision_comment WHERE group_id = $1 AND revision BETWEEN $2 AND $3';
      const [found]: { count: number }[] = await db.query(count, [groupId, first, last]);
      if (found?.count !== comments) throw new Error('a comment was made meanwhile; it goes into the next attempt');
      const insert = `INSERT INTO revision_archive (group_id, first, last, chain, digest, file, bytes, sha256)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
      await db.query(insert, [groupId, first, last, end.chain, end.digest, file, bytes, sha256]);
      await db.query(DROP_UNLABELLED, [groupId]);
      await db.query(DROP_KINDS, [groupId, last]);
      await this.audit.append(db, {
        scope: groupId,
        actor: 'system',
        actor_type: 'system',
        action: 'revision.archive',
        group_name: group,
        detail: { first, last, file, sha256: sha256.toString('hex') },
      });
      return { answer: undefined, commit: true };
    });
  }
}

/**
 * What may go: as old as the rules say, and needed by nobody. An open draft needs the state that it is based on, and etcd
 * what it has not received yet. The head stays in any case.
 */
const GROUPS = `
  SELECT g.id, g.name, CASE WHEN g.keep_revisions IS NULL AND g.keep_days IS NULL THEN 0 ELSE least(
    g.head_revision - coalesce(g.keep_revisions, 1),
    (SELECT min(r.number) - 1 FROM revision r
     WHERE r.group_id = g.id AND r.created_at >= now() - make_interval(days => g.keep_days)
       AND r.number > (SELECT coalesce(max(a.last), 0) FROM revision_archive a WHERE a.group_id = g.id)),
    (SELECT min(e.base_revision) FROM draft d JOIN draft_edit e ON e.draft_id = d.id
     WHERE d.group_id = g.id AND d.state IN ('open', 'in_review', 'approved', 'rejected')),
    (SELECT p.head_revision FROM publication p WHERE p.group_id = g.id AND p.prefix IS NOT NULL AND $1)
  ) END AS last
  FROM gateway_group g WHERE g.keep_revisions IS NOT NULL OR g.keep_days IS NOT NULL
    OR EXISTS (SELECT FROM revision_archive a WHERE a.group_id = g.id)`;

/** What tells in which revisions a kind was changed goes with their headers. */
const DROP_KINDS = `
  DELETE FROM revision_kind k WHERE k.group_id = $1 AND k.revision <= $2
    AND NOT EXISTS (SELECT FROM revision r WHERE r.group_id = k.group_id AND r.number = k.revision)`;

const DROP_UNLABELLED = `
  DELETE FROM revision r WHERE r.group_id = $1
    AND r.number <= (SELECT max(last) FROM revision_archive a WHERE a.group_id = $1)
    AND NOT EXISTS (SELECT FROM revision_label l WHERE l.group_id = r.group_id AND l.revision = r.number)`;
