import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ResourceKey } from '../resources/change-set.ts';
import { Groups } from '../resources/groups.ts';
import type { Queryable } from '../resources/resource-rows.ts';
import { HistoryWindow } from './history-window.ts';
import type { PresentVersion } from './version-rows.ts';

/** A resource as it was after some revision. */
export interface StoredVersion extends PresentVersion {
  /** The revision that had changed it last by then. */
  readonly modifiedRevision: number;
}

/** Which part of a state is wanted. */
export interface StateSlice {
  readonly kind?: string | undefined;
  /** Only what comes after this resource, by kind, then id. */
  readonly after?: ResourceKey | undefined;
  readonly limit: number;
}

const PAGE_ROWS = 1_000;

/** Reads the whole state of a group as it was after any revision. */
@Injectable()
export class StateReader {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
  ) {}

  /** A page of a state, by kind, then id. */
  async page(groupName: string, number: number, slice: StateSlice): Promise<StoredVersion[]> {
    const group = await this.groups.byName(groupName);
    await this.window.requireState(this.database, group, number);
    const page = await statePage(this.database, group.id, number, slice);
    // What was archived in the meantime was not read whole.
    await this.window.requireState(this.database, group, number);
    return page;
  }

  /**
   * The whole state, page by page, by kind, then id; it stays what it is while others write. Throws in the end where the
   * revision was archived meanwhile, for then something may be missing.
   */
  async *stream(groupName: string, number: number): AsyncGenerator<readonly StoredVersion[]> {
    let after: ResourceKey | undefined;
    for (;;) {
      const page = await this.page(groupName, number, { after, limit: PAGE_ROWS });
      if (page.length > 0) yield page;
      after = page.at(-1);
      if (page.length < PAGE_ROWS) return;
    }
  }
}

/** One resource as it was after a revision; undefined where it was not there. */
export async function versionAt(
  db: Queryable,
  groupId: number,
  number: number,
  { kind, id }: ResourceKey,
): Promise<StoredVersion | undefined> {
  const [row] = (await db.query(
    `SELECT kind, id, body, sealed, hash, revision AS "modifiedRevision" FROM resource_version
     WHERE group_id = $1 AND kind = $2 AND id = $3 AND revision <= $4 ORDER BY revision DESC LIMIT 1`,
    [groupId, kind, id, number],
  )) as (StoredVersion & { readonly body: string | null })[];
  return row?.body === null ? undefined : row;
}

/**
 * Goes from resource to resource along the index of versions, and takes of each the one version that counts: the cost follows
 * the resources of the page, not how often they were changed.
 */
const STATE = `
  WITH RECURSIVE key (kind, id) AS (
    (SELECT kind, id FROM resource_version
     WHERE group_id = $1 AND (kind, id) > ($3::text, $4::text) AND ($5::text IS NULL OR kind = $5)
     ORDER BY kind, id LIMIT 1)
    UNION ALL
    SELECT next.kind, next.id FROM key CROSS JOIN LATERAL (
      SELECT kind, id FROM resource_version v
      WHERE v.group_id = $1 AND (v.kind, v.id) > (key.kind, key.id) AND ($5::text IS NULL OR v.kind = $5)
      ORDER BY v.kind, v.id LIMIT 1
    ) next
  )
  SELECT key.kind, key.id, version.body, version.sealed, version.hash, version.revision AS "modifiedRevision"
  FROM key CROSS JOIN LATERAL (
    SELECT body, sealed, hash, revision FROM resource_version v
    WHERE v.group_id = $1 AND v.kind = key.kind AND v.id = key.id AND v.revision <= $2
    ORDER BY v.revision DESC LIMIT 1
  ) version
  WHERE version.body IS NOT NULL LIMIT $6`;

function statePage(
  db: Queryable,
  groupId: number,
  number: number,
  { kind, after, limit }: StateSlice,
): Promise<StoredVersion[]> {
  const from = after ?? { kind: kind ?? '', id: '' };
  return db.query(STATE, [groupId, number, from.kind, from.id, kind ?? null, limit]);
}
