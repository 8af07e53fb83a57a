import { Inject, Injectable } from '@nestjs/common';
import type { KindName } from '@sluice/schema';
import { DataSource } from 'typeorm';
import type { Group } from '../resources/groups.ts';
import { HistoryWindow } from '../revisions/history-window.ts';
import { StateReader } from '../revisions/state-reader.ts';
import type { PresentVersion } from '../revisions/version-rows.ts';

const FIRST_PAGE_ROWS = 200;
const PAGE_ROWS_MAX = 2_000;
const PAGE_BYTES = 4 * 1024 * 1024;

interface PageOf {
  readonly kind: KindName;
  readonly after: string;
  readonly limit: number;
}

/**
 * What was the newest state when the reading began: what stands there unchanged, and of what was changed since, the version
 * before. One statement sees one moment, so that nothing falls between the two.
 */
const NEWEST_PAGE = `
  SELECT * FROM (
    (SELECT kind, id, body, sealed, hash FROM resource
     WHERE group_id = $1 AND kind = $2 AND id > $4 AND modified_revision <= $3 ORDER BY id LIMIT $5)
    UNION ALL
    (SELECT $2::text, changed.id, version.body, version.sealed, version.hash
     FROM (
       SELECT DISTINCT id FROM resource_version WHERE group_id = $1 AND revision > $3 AND kind = $2 AND id > $4
     ) changed CROSS JOIN LATERAL (
       SELECT body, sealed, hash FROM resource_version v
       WHERE v.group_id = $1 AND v.kind = $2 AND v.id = changed.id AND v.revision <= $3
       ORDER BY v.revision DESC LIMIT 1
     ) version
     WHERE version.body IS NOT NULL ORDER BY changed.id LIMIT $5)
  ) state ORDER BY id COLLATE "C" LIMIT $5`;

/**
 * Reads what a group was after a revision, page by page. What a revision has left never changes, so that the pages fit
 * together without a transaction that would have to stay open as long as the slowest reader takes.
 */
@Injectable()
export class GroupState {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
    @Inject(StateReader) private readonly states: StateReader,
  ) {}

  /** The revision that is meant, or a refusal: one that is not there, or one whose values are archived. */
  async requireRevision(group: Group, number: number | undefined): Promise<number> {
    if (number === undefined || number === group.headRevision) return group.headRevision;
    await this.window.requireState(this.database, group, number);
    return number;
  }

  /** The resources of one kind, by id. */
  async *ofKind(group: Group, kind: KindName, revision: number): AsyncGenerator<readonly PresentVersion[]> {
    let after = '';
    let limit = FIRST_PAGE_ROWS;
    // Before the first revision there is nothing, and no history to look into.
    while (revision > 0) {
      const rows = await this.#page(group, revision, { kind, after, limit });
      if (rows.length > 0) yield rows;
      if (rows.length < limit) return;
      after = rows.at(-1)?.id ?? '';
      // Resources are of any size: each page is as many as the one before promises to fit.
      const bytes = rows.reduce((sum, { body, sealed }) => sum + body.length + (sealed?.length ?? 0), 1);
      limit = Math.max(1, Math.min(PAGE_ROWS_MAX, Math.floor((PAGE_BYTES * rows.length) / bytes)));
    }
  }

  /** The newest state is read where it stands, which costs a fraction of putting it together from versions. */
  #page(group: Group, revision: number, { kind, after, limit }: PageOf): Promise<PresentVersion[]> {
    if (revision !== group.headRevision) {
      const place = after === '' ? undefined : { kind, id: after };
      return this.states.page(group.name, revision, { kind, after: place, limit });
    }
    return this.database.query(NEWEST_PAGE, [group.id, kind, revision, after, limit]);
  }

  /** What ends by itself at the moment, by `kind/id`. */
  async expiries(groupId: number): Promise<Map<string, Date>> {
    const select = `SELECT kind, id, expires_at AS at FROM resource
      WHERE group_id = $1 AND expires_at IS NOT NULL ORDER BY kind, id`;
    const rows: { kind: string; id: string; at: Date }[] = await this.database.query(select, [groupId]);
    return new Map(rows.map(({ kind, id, at }) => [`${kind}/${id}`, at]));
  }
}
