import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import { Groups } from '../resources/groups.ts';
import { changeView, type FirstChange, firstChangeView, type HeaderRow, headerView } from './revision-view.ts';
import { changesOfRevision, differences, type Slice } from './version-rows.ts';

/** Which revisions are wanted: newest first, before one, or only those that changed a kind or one resource. */
export interface RevisionQuery {
  readonly before: number | undefined;
  readonly limit: number;
  readonly kind: string | undefined;
  readonly id: string | undefined;
  readonly showsProofs: boolean;
}

const headerColumns = `number, author, author_type, source, message, created_at, digest, chain, change_count, restores`;
/** Changes that a list shows of each revision. */
const SHOWN_MAX = 5;

/** Reads history. Secrets are masked everywhere. */
@Injectable()
export class RevisionReader {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
  ) {}

  /** A page of revisions, newest first. */
  async list(groupName: string, { before, limit, kind, id, showsProofs }: RevisionQuery): Promise<object> {
    const group = await this.groups.byName(groupName);
    const rows: HeaderRow[] = await this.database.query(
      `SELECT ${headerColumns} FROM revision r
       WHERE group_id = $1 AND ($2::bigint IS NULL OR number < $2)
         AND ($3::text IS NULL AND $4::text IS NULL OR EXISTS (
           SELECT FROM resource_version v WHERE v.group_id = r.group_id AND v.revision = r.number
             AND ($3 IS NULL OR v.kind = $3) AND ($4 IS NULL OR v.id = $4)))
       ORDER BY number DESC LIMIT $5`,
      [group.id, before ?? null, kind ?? null, id ?? null, limit + 1],
    );
    const page = rows.slice(0, limit);
    const shown = await this.#firstChanges(
      group.id,
      page.map(({ number }) => number),
    );
    const list = page.map((row) => ({ ...headerView(row, showsProofs), changes: shown.get(row.number) ?? [] }));
    return { list, head: group.headRevision, next: rows.length > limit ? (page.at(-1)?.number ?? null) : null };
  }

  /** One revision with what it changed, or with as much of it as one answer holds. */
  async get(groupName: string, number: number, slice: Slice, showsProofs: boolean): Promise<object> {
    const group = await this.groups.byName(groupName);
    const [row, previous] = await this.#headers(group.id, number);
    if (row?.number !== number) throw missingRevision(groupName, number);
    const pairs = await changesOfRevision(this.database, group.id, number, slice);
    const isTruncated = slice.offset + pairs.length < row.change_count;
    return {
      ...headerView(row, showsProofs),
      ...(showsProofs && {
        chain: row.chain.toString('hex'),
        previous_digest: previous?.digest.toString('hex') ?? '0'.repeat(64),
      }),
      changes: pairs.map(changeView),
      ...(isTruncated && { truncated: true }),
    };
  }

  /** The net difference between the states after two revisions; revision 0 is the empty state. */
  async diff(groupName: string, range: { from: number; to: number }, slice: Slice): Promise<object> {
    const group = await this.groups.byName(groupName);
    for (const number of [range.from, range.to]) {
      if (number > group.headRevision) throw missingRevision(groupName, number);
    }
    const pairs = await differences(this.database, group.id, range, { ...slice, limit: slice.limit + 1 });
    const isTruncated = pairs.length > slice.limit;
    return { ...range, changes: pairs.slice(0, slice.limit).map(changeView), ...(isTruncated && { truncated: true }) };
  }

  /** A revision and the one before it. */
  #headers(groupId: number, number: number): Promise<HeaderRow[]> {
    const select = `SELECT ${headerColumns} FROM revision WHERE group_id = $1 AND number <= $2 ORDER BY number DESC LIMIT 2`;
    return this.database.query(select, [groupId, number]);
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

function missingRevision(group: string, number: number): Refusal {
  return new Refusal('NOT_FOUND', `There is no revision ${number} in gateway group "${group}".`);
}
