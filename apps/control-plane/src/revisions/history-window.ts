import { Injectable } from '@nestjs/common';
import { Refusal } from '../http/refusal.ts';
import type { Queryable } from '../resources/resource-rows.ts';

/** As much of a group as is needed to look into its history. */
export interface HistoryGroup {
  readonly id: number;
  readonly name: string;
  readonly headRevision: number;
}

interface Place {
  readonly is_kept: boolean;
  readonly is_state_kept: boolean;
  readonly file: string | null;
}

/** Tells what of a history is at hand, and of what is archived, where. */
@Injectable()
export class HistoryWindow {
  /** Throws unless the revision can be read: 404 where it never was, 410 where it is archived. */
  async requireRevision(db: Queryable, group: HistoryGroup, number: number): Promise<void> {
    const place = await placeOf(db, group, number);
    if (!place.is_kept) throw unreadable(group.name, number, place.file);
  }

  /** Throws unless the state after a revision can be read. Revision 0 is the empty state before the first. */
  async requireState(db: Queryable, group: HistoryGroup, number: number): Promise<void> {
    if (number === 0) return;
    const place = await placeOf(db, group, number);
    if (!place.is_state_kept) throw unreadable(group.name, number, place.file);
  }

  /** The last revision that is archived; 0 where none is. */
  async archivedThrough(db: Queryable, groupId: number): Promise<number> {
    const select = 'SELECT coalesce(max(last), 0) AS last FROM revision_archive WHERE group_id = $1';
    const [row] = (await db.query(select, [groupId])) as { readonly last: number }[];
    return row?.last ?? 0;
  }
}

/**
 * Of archived revisions those with a label are kept, with the states before and after them, and the state in which the
 * archive ends: history goes on from there.
 */
const PLACE = `
  SELECT EXISTS (SELECT FROM revision WHERE group_id = $1 AND number = $2) AS is_kept,
    EXISTS (SELECT FROM revision WHERE group_id = $1 AND number IN ($2, $2 + 1)) AS is_state_kept,
    (SELECT file FROM revision_archive WHERE group_id = $1 AND last >= $2 ORDER BY last LIMIT 1) AS file`;

async function placeOf(db: Queryable, group: HistoryGroup, number: number): Promise<Place> {
  const [place] = (await db.query(PLACE, [group.id, number])) as Place[];
  return place ?? { is_kept: false, is_state_kept: false, file: null };
}

function unreadable(group: string, number: number, file: string | null): Refusal {
  if (file === null) return new Refusal('NOT_FOUND', `There is no revision ${number} in gateway group "${group}".`);
  return new Refusal('GONE', `Revision ${number} of gateway group "${group}" is archived, in ${file}.`);
}
