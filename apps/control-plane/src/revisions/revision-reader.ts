import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Groups } from '../resources/groups.ts';
import { Sealing } from '../sealing/sealing.ts';
import { RevisionComments } from './comments.ts';
import { type HeaderRow, headerView, ownColumns, withAdditions } from './header-rows.ts';
import { HistoryWindow } from './history-window.ts';
import { type RevisionFilter, selectRevisions } from './revision-filter.ts';
import { changeView, type FirstChange, firstChangeView } from './revision-view.ts';
import { changesOfRevision, differences, type Slice } from './version-rows.ts';

/** Changes that a list shows of each revision. */
const SHOWN_MAX = 5;

/** Reads history. Secrets are masked everywhere. */
@Injectable()
export class RevisionReader {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
    @Inject(RevisionComments) private readonly comments: RevisionComments,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** A page of revisions, newest first. */
  async list(groupName: string, filter: RevisionFilter, showsProofs: boolean): Promise<object> {
    const group = await this.groups.byName(groupName);
    const { text, values } = selectRevisions(group.id, filter);
    const rows: HeaderRow[] = await this.database.query(withAdditions(text), [...values]);
    const page = rows.slice(0, filter.limit);
    const shown = await this.#firstChanges(
      group.id,
      page.map(({ number }) => number),
    );
    return {
      list: page.map((row) => ({ ...headerView(row, showsProofs), changes: shown.get(row.number) ?? [] })),
      head: group.headRevision,
      next: rows.length > filter.limit ? (page.at(-1)?.number ?? null) : null,
      archived_through: await this.window.archivedThrough(this.database, group.id),
    };
  }

  /** One revision with what it changed, or with as much of it as one answer holds. */
  async get(groupName: string, number: number, slice: Slice, showsProofs: boolean): Promise<object> {
    const group = await this.groups.byName(groupName);
    await this.window.requireRevision(this.database, group, number);
    const [row] = await this.#header(group.id, number);
    const pairs = await changesOfRevision(this.database, group.id, number, slice);
    // What was archived in the meantime was not read whole.
    await this.window.requireRevision(this.database, group, number);
    if (!row) throw new Error('A revision that can be read has a header.');
    const isTruncated = slice.offset + pairs.length < row.change_count;
    return {
      ...headerView(row, showsProofs),
      ...(showsProofs && {
        chain: row.chain.toString('hex'),
        previous_digest: await this.#digestBefore(group.id, number),
      }),
      changes: pairs.map((pair) => changeView(pair, this.sealing)),
      comments: await this.comments.of(group.id, number),
      ...(isTruncated && { truncated: true }),
    };
  }

  /** The net difference between the states after two revisions; revision 0 is the empty state. */
  async diff(groupName: string, range: { from: number; to: number }, slice: Slice): Promise<object> {
    const group = await this.groups.byName(groupName);
    const requireBoth = async (): Promise<void> => {
      for (const number of [range.from, range.to]) await this.window.requireState(this.database, group, number);
    };
    await requireBoth();
    const pairs = await differences(this.database, group.id, range, { ...slice, limit: slice.limit + 1 });
    await requireBoth();
    const isTruncated = pairs.length > slice.limit;
    const changes = pairs.slice(0, slice.limit).map((pair) => changeView(pair, this.sealing));
    return { ...range, changes, ...(isTruncated && { truncated: true }) };
  }

  #header(groupId: number, number: number): Promise<HeaderRow[]> {
    const select = `SELECT ${ownColumns} FROM revision r WHERE r.group_id = $1 AND r.number = $2`;
    return this.database.query(withAdditions(select), [groupId, number]);
  }

  /** Where the one before is archived, the archive tells its digest if it ends there; null where nothing does any more. */
  async #digestBefore(groupId: number, number: number): Promise<string | null> {
    if (number === 1) return '0'.repeat(64);
    const select = `
      SELECT digest FROM revision WHERE group_id = $1 AND number = $2 - 1
      UNION ALL SELECT digest FROM revision_archive WHERE group_id = $1 AND last = $2 - 1`;
    const [row] = await this.database.query<{ digest: Buffer }[]>(select, [groupId, number]);
    return row?.digest.toString('hex') ?? null;
  }

  async #firstChanges(groupId: number, numbers: readonly number[]): Promise<Map<number, object[]>> {
    const rows: FirstChange[] = await this.database.query(
      `SELECT c.* FROM unnest($2::bigint[]) AS n (number) CROSS JOIN LATERAL (
         SELECT revision, kind, id, previous_revision, body IS NULL AS is_deletion FROM resource_version
         WHERE group_id = $1 AND revision = n.number ORDER BY kind, id LIMIT ${SHOWN_MAX}
       ) c`,
      [groupId, numbers],
    );
    const shown = Map.groupBy(rows, ({ revision }) => revision);
    return new Map([...shown].map(([number, changes]) => [number, changes.map(firstChangeView)]));
  }
}
