import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ResourceKey } from '../resources/change-set.ts';
import { Sealing } from '../sealing/sealing.ts';
import { Blame, type BlamedField } from './blame.ts';
import { type ShownValue, shownValueOf, withoutTimes } from './shown-value.ts';
import type { Version } from './version-rows.ts';

/** Bounds of what one answer costs: versions that are read, and the length of their bodies together. */
const VERSIONS_MAX = 1_000;
const LENGTH_MAX = 32 * 1024 * 1024;
const PAGE_ROWS = 50;

interface BlameRow extends Version {
  readonly revision: number;
  readonly previous_revision: number | null;
}

interface Author {
  readonly number: number;
  readonly author: string;
  readonly author_type: string;
  readonly message: string;
  readonly created_at: Date;
}

/** A field and who last set it. */
export interface BlamedBy extends Omit<BlamedField, 'revision'> {
  readonly revision: number;
  /** It was so by then; who made it so lies further back than was looked. */
  readonly isOlder: boolean;
  /** Undefined where the revision is archived. */
  readonly by: Author | undefined;
}

/** Reads as much of a resource's past as blaming its fields takes. */
@Injectable()
export class BlameReader {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** The fields of a resource as it is after a revision; undefined where it is not there. */
  async read(groupId: number, key: ResourceKey, number: number): Promise<BlamedBy[] | undefined> {
    const versions = this.#versions(groupId, key, number);
    const first = await versions.next();
    const value = first.done ? undefined : this.#valueOf(first.value);
    if (first.done || !value) return undefined;
    const blame = new Blame(value);
    let newest = first.value;
    for await (const older of versions) {
      blame.stepBack(newest.revision, this.#valueOf(older));
      newest = older;
      if (blame.isDone) break;
    }
    // Nothing came before: this revision made it, unless what came before is archived.
    const isCreation = newest.previous_revision === null;
    const authors = await this.#authors(groupId, [...revisionsOf(blame), newest.revision]);
    if (isCreation && authors.has(newest.revision)) blame.stepBack(newest.revision, undefined);
    return blame.fields().map((field) => {
      const revision = field.revision ?? newest.revision;
      return { ...field, revision, isOlder: field.revision === null, by: authors.get(revision) };
    });
  }

  /** Newest first, until the bounds are reached. */
  async *#versions(groupId: number, { kind, id }: ResourceKey, number: number): AsyncGenerator<BlameRow, undefined> {
    let [from, length] = [number, 0];
    for (let read = 0; read < VERSIONS_MAX && length < LENGTH_MAX; read += PAGE_ROWS) {
      const rows: BlameRow[] = await this.database.query(VERSIONS, [groupId, kind, id, from, PAGE_ROWS]);
      yield* rows;
      if (rows.length < PAGE_ROWS) return undefined;
      length += rows.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
      from = (rows.at(-1)?.revision ?? 1) - 1;
    }
    return undefined;
  }

  #valueOf(version: Version): ShownValue | undefined {
    const value = shownValueOf(version, this.sealing);
    return value && withoutTimes(value);
  }

  async #authors(groupId: number, numbers: readonly number[]): Promise<Map<number, Author>> {
    const select = `SELECT number, author, author_type, message, created_at FROM revision
      WHERE group_id = $1 AND number = ANY($2)`;
    const rows: Author[] = await this.database.query(select, [groupId, [...new Set(numbers)]]);
    return new Map(rows.map((row) => [row.number, row]));
  }
}

const VERSIONS = `
  SELECT kind, id, revision, previous_revision, body, sealed, hash FROM resource_version
  WHERE group_id = $1 AND kind = $2 AND id = $3 AND revision <= $4 ORDER BY revision DESC LIMIT $5`;

function revisionsOf(blame: Blame): number[] {
  return blame.fields().flatMap(({ revision }) => (revision === null ? [] : [revision]));
}

/** A blamed field as the API shows it. */
export function blameView({ path, value, isSecret, revision, isOlder, by }: BlamedBy): object {
  return {
    path,
    value,
    ...(isSecret && { secret: true }),
    revision,
    author: by?.author ?? null,
    author_type: by?.author_type ?? null,
    created_at: by?.created_at.toISOString() ?? null,
    message: by?.message ?? null,
    ...(isOlder && { older: true }),
  };
}
