import { Inject, Injectable } from '@nestjs/common';
import { type ChangeMessage, type CommitMessage, encode, type Encoded } from '@sluice/sync/grpc';
import type { PoolClient } from 'pg';
import { Sealing } from '../sealing/sealing.ts';
import { encodeBegin, encodeChanges, splitBySize } from './batch-messages.ts';
import { FeedDatabase } from './feed-database.ts';

/** More changed resources than this are not read in one statement but paged. */
const CHANGES_AT_ONCE_MAX = 2_000;
const FIRST_PAGE_ROWS = 200;
const PAGE_ROWS_MAX = 2_000;
const PAGE_BYTES = 4 * 1024 * 1024;
const NOTHING = new Uint8Array();

interface Head {
  readonly revision: number;
  readonly digest: Buffer;
  readonly count: number;
}

interface ResourceRow {
  readonly kind: string;
  readonly id: string;
  readonly changed_revision: number;
  readonly body: string | null;
  readonly sealed: Buffer | null;
  readonly created_revision: number | null;
}

/** The net effect of everything since a revision. */
export interface Delta {
  readonly changes: readonly ChangeMessage[];
  readonly commit: CommitMessage;
}

/** Reads configuration as data planes receive it: canonical bytes, secrets opened. */
@Injectable()
export class ConfigReader {
  constructor(
    @Inject(FeedDatabase) private readonly database: FeedDatabase,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** From a revision to the head, each resource once in its last state; undefined where that is too much at once. */
  async delta(groupId: number, base: number): Promise<Delta | undefined> {
    // One statement sees one moment: head and resources cannot disagree.
    const rows = await this.database.query<Head & (ResourceRow | { readonly kind: null })>(
      `WITH changed AS (${CHANGED} LIMIT $3)
       SELECT head.head_revision AS revision, head.digest, head.resource_count AS count, changed.*,
         resource.body, resource.sealed, resource.created_revision
       FROM gateway_group head LEFT JOIN changed ON true
         LEFT JOIN resource ON resource.group_id = $1 AND resource.kind = changed.kind AND resource.id = changed.id
       WHERE head.id = $1`,
      [groupId, base, CHANGES_AT_ONCE_MAX + 1],
    );
    const [head] = rows;
    if (!head || rows.length > CHANGES_AT_ONCE_MAX) return undefined;
    const { revision, digest, count } = head;
    const changes = rows.flatMap((row) => (row.kind === null ? [] : [this.#change(row)]));
    return { changes, commit: { revision, digest, count } };
  }

  /**
   * Hands out a whole batch, message by message, all from one moment: what has changed since `base`, or (null) everything.
   * Returns the revision that it ends in. The next page is read when `send` has resolved.
   */
  async batch(groupId: number, base: number | null, send: (message: Encoded) => Promise<void>): Promise<number> {
    return this.database.atOneMoment(async (db) => {
      const commit = await readHead(db, groupId);
      await send(encodeBegin(base, commit.revision));
      for await (const changes of this.#pages(db, groupId, base)) {
        for (const part of splitBySize(changes)) await send(encodeChanges(part));
      }
      await send(encode({ commit }));
      return commit.revision;
    });
  }

  /** As `delta`, of any number of changes, as long as their bodies have no more than so many bytes together. */
  boundedDelta(groupId: number, base: number | null, bytesMax: number): Promise<Delta | undefined> {
    return this.database.atOneMoment(async (db) => {
      const commit = await readHead(db, groupId);
      const pages: ChangeMessage[][] = [];
      let bytes = 0;
      for await (const page of this.#pages(db, groupId, base)) {
        pages.push(page);
        bytes += bytesOf(page);
        if (bytes > bytesMax) return undefined;
      }
      return { changes: pages.flat(), commit };
    });
  }

  /** From a revision, or (null) from nothing, to the head: all of it at once, however much that is. */
  async collect(groupId: number, base: number | null): Promise<Delta> {
    const small = base === null ? undefined : await this.delta(groupId, base);
    const delta = small ?? (await this.boundedDelta(groupId, base, Infinity));
    if (!delta) throw new Error('Without a bound there is always an answer.');
    return delta;
  }

  /** True where a revision of this number ended in this digest; number 0 is the state before the first one. */
  async isKnown(groupId: number, number: number, digest: Uint8Array): Promise<boolean> {
    const select = 'SELECT 1 FROM revision WHERE group_id = $1 AND number = $2 AND digest = $3';
    return number === 0 || (await this.database.query(select, [groupId, number, digest])).length > 0;
  }

  /** Resources are of any size: each page is as many rows as the one before promises to fit. */
  async *#pages(db: PoolClient, groupId: number, base: number | null): AsyncGenerator<ChangeMessage[]> {
    await db.query(
      `DECLARE page NO SCROLL CURSOR FOR ${base === null ? SNAPSHOT : CHANGED_RESOURCES}`,
      base === null ? [groupId] : [groupId, base],
    );
    let count = FIRST_PAGE_ROWS;
    for (;;) {
      const { rows } = await db.query<ResourceRow>(`FETCH ${count} FROM page`);
      if (rows.length === 0) return;
      const changes = rows.map((row) => this.#change(row));
      yield changes;
      const bytes = bytesOf(changes) + 1;
      count = Math.max(1, Math.min(PAGE_ROWS_MAX, Math.floor((PAGE_BYTES * rows.length) / bytes)));
    }
  }

  #change(row: ResourceRow): ChangeMessage {
    const { kind, id, body, sealed, changed_revision: revision, created_revision: created } = row;
    return {
      kind,
      id,
      body: body === null ? NOTHING : this.sealing.open({ kind, id, body, sealed }),
      deleted: body === null,
      created_revision: created ?? 0,
      modified_revision: revision,
    };
  }
}

function bytesOf(changes: readonly ChangeMessage[]): number {
  return changes.reduce((sum, { body }) => sum + body.length, 0);
}

const CHANGED = `
  SELECT kind, id, max(revision) AS changed_revision FROM resource_version
  WHERE group_id = $1 AND revision > $2 GROUP BY kind, id`;

const CHANGED_RESOURCES = `
  SELECT changed.*, resource.body, resource.sealed, resource.created_revision
  FROM (${CHANGED}) changed
    LEFT JOIN resource ON resource.group_id = $1 AND resource.kind = changed.kind AND resource.id = changed.id`;

const SNAPSHOT = `
  SELECT kind, id, modified_revision AS changed_revision, body, sealed, created_revision
  FROM resource WHERE group_id = $1`;

async function readHead(db: PoolClient, groupId: number): Promise<CommitMessage> {
  const select = `SELECT head_revision AS revision, digest, resource_count AS count FROM gateway_group WHERE id = $1`;
  const [head] = (await db.query<Head>(select, [groupId])).rows;
  if (!head) throw new Error(`The gateway group ${groupId} is gone.`);
  return head;
}
