import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { InstanceRow } from './instance-view.ts';

/** What keeps a group from moving on: data planes that refuse what was published. */
export interface Blocked {
  /** The revision to undo: the earliest that brought in what is refused. */
  readonly revision: number;
  readonly errors: readonly BlockingError[];
  /** Ids of the data planes that refuse. */
  readonly instances: readonly string[];
}

/** A resource that is refused, and the revision that made it what it is. */
export interface BlockingError {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
  readonly field?: string;
  readonly revision?: number;
}

const ERRORS_MAX = 20;

/** Finds out what blocks a group. */
@Injectable()
export class Blockage {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** Null while all data planes that are there accept what they get. */
  async of(groupId: number, rows: readonly InstanceRow[]): Promise<Blocked | null> {
    const refusals = rows.flatMap(({ id, state, is_silent: isSilent, applied_revision: applied, last_nack: nack }) =>
      nack && state !== 'offline' && !isSilent ? [{ id, applied, nack }] : [],
    );
    if (refusals.length === 0) return null;
    const errors = distinct(refusals.flatMap(({ nack }) => nack.errors)).slice(0, ERRORS_MAX);
    const span = {
      after: Math.min(...refusals.map(({ applied }) => applied)),
      upTo: Math.max(...refusals.map(({ nack }) => nack.revision)),
    };
    const culprits = await this.#culprits(groupId, errors, span);
    const blaming = errors.map((error) => {
      const revision = culprits.get(keyOf(error));
      return { ...error, ...(revision !== undefined && { revision }) };
    });
    const known = culprits.size > 0 ? culprits.values() : refusals.map(({ nack }) => nack.revision);
    return { revision: Math.min(...known), errors: blaming, instances: refusals.map(({ id }) => id) };
  }

  /** The last change of each refused resource among the revisions that are not in service everywhere. */
  async #culprits(groupId: number, errors: readonly BlockingError[], span: RevisionSpan): Promise<Map<string, number>> {
    const rows = await this.database.query<{ kind: string; id: string; revision: number }[]>(
      `SELECT kind, id, max(revision) AS revision FROM resource_version
       WHERE group_id = $1 AND revision > $2 AND revision <= $3
         AND (kind, id) IN (SELECT * FROM unnest($4::text[], $5::text[]))
       GROUP BY kind, id`,
      [groupId, span.after, span.upTo, errors.map(({ kind }) => kind), errors.map(({ id }) => id)],
    );
    return new Map(rows.map((row) => [keyOf(row), row.revision]));
  }
}

interface RevisionSpan {
  readonly after: number;
  readonly upTo: number;
}

function distinct(errors: readonly BlockingError[]): BlockingError[] {
  return [...new Map(errors.map((error) => [keyOf(error), error])).values()];
}

function keyOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}/${id}`;
}
