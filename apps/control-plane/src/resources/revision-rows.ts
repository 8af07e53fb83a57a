import type { QueryRunner } from 'typeorm';
import { runPrepared } from '../database/prepared.ts';
import type { Effect, RevisionAuthor, RevisionSource } from './change-set.ts';

/** One revision as it is stored. */
export interface RevisionRow {
  readonly groupId: number;
  readonly number: number;
  readonly author: RevisionAuthor;
  readonly source: RevisionSource;
  readonly message: string;
  readonly createdAt: Date;
  readonly digest: Uint8Array;
  readonly chain: Uint8Array;
  readonly changeCount: number;
  readonly resourceCount: number;
  readonly restores: number | null;
  /** Kinds of what it changes, each once. */
  readonly kinds: readonly string[];
  /** Words by which it is found. */
  readonly words: readonly string[];
}

/** Rows per statement: large enough that round trips do not count, small enough for one message. */
const CHUNK = 2000;

/** Stores what a revision does: a version per resource, and the current state. */
export async function storeEffects(
  db: QueryRunner,
  groupId: number,
  number: number,
  effects: readonly Effect[],
): Promise<void> {
  for (let at = 0; at < effects.length; at += CHUNK) {
    const values = [groupId, number, ...columnsOf(effects.slice(at, at + CHUNK), number)];
    await runPrepared(db, storeStatement, values);
  }
}

/** Ids and claims contain no spaces, which lets a list travel as one text inside an array of texts. */
const storeStatement = {
  name: 'store_effects',
  text: `
  WITH change AS (
    SELECT * FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::bytea[], $8::bytea[], $9::text[],
      $10::text[], $11::bigint[], $12::timestamptz[])
      AS c (kind, id, previous, body, sealed, hash, refs, claims, created, expires_at)
  ), version AS (
    INSERT INTO resource_version (group_id, kind, id, revision, previous_revision, body, sealed, hash)
    SELECT $1, kind, id, $2, previous, body, sealed, hash FROM change
  ), removed AS (
    DELETE FROM resource r USING change c
    WHERE r.group_id = $1 AND r.kind = c.kind AND r.id = c.id AND c.body IS NULL
  )
  INSERT INTO resource AS r (group_id, kind, id, body, value, sealed, hash, refs, claims, created_revision,
    modified_revision, expires_at)
  SELECT $1, kind, id, body, body::jsonb, sealed, hash, string_to_array(refs, ' '), string_to_array(claims, ' '),
    created, $2, expires_at
  FROM change WHERE body IS NOT NULL
  ON CONFLICT (group_id, kind, id) DO UPDATE SET body = excluded.body, value = excluded.value,
    sealed = excluded.sealed, hash = excluded.hash, refs = excluded.refs, claims = excluded.claims,
    modified_revision = excluded.modified_revision, expires_at = excluded.expires_at`,
};

function columnsOf(effects: readonly Effect[], number: number): unknown[][] {
  return [
    effects.map(({ kind }) => kind),
    effects.map(({ id }) => id),
    effects.map(({ before }) => before?.modifiedRevision ?? null),
    effects.map(({ after }) => after?.body ?? null),
    effects.map(({ after }) => after?.sealed ?? null),
    effects.map(({ after }) => after?.hash ?? null),
    effects.map(({ after }) => after?.refs.join(' ') ?? ''),
    effects.map(({ after }) => after?.claims.join(' ') ?? ''),
    effects.map(({ before }) => before?.createdRevision ?? number),
    effects.map(({ after }) => after?.expiresAt ?? null),
  ];
}

/** Stores a revision, moves the head of its group, hands it to the publisher and wakes every control plane on commit. */
export async function storeRevision(db: QueryRunner, row: RevisionRow): Promise<void> {
  const { groupId, number, author, source, message, createdAt, digest, chain, changeCount, resourceCount } = row;
  const bytes = [Buffer.from(digest), Buffer.from(chain)];
  const about = [author.name, author.type, source, message, createdAt];
  const found = [row.kinds, row.words];
  const values = [groupId, number, ...about, ...bytes, changeCount, resourceCount, row.restores, ...found];
  await runPrepared(db, revisionStatement, values);
}

const revisionStatement = {
  name: 'store_revision',
  text: `
  WITH head AS (
    UPDATE gateway_group SET head_revision = $2, digest = $8, chain = $9, resource_count = $11 WHERE id = $1
  ), made AS (
    INSERT INTO revision (group_id, number, author, author_type, source, message, created_at, digest, chain,
      change_count, resource_count, restores, search)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, array_to_tsvector($14))
  ), kinds AS (
    INSERT INTO revision_kind (group_id, kind, revision) SELECT $1, kind, $2 FROM unnest($13::text[]) AS k (kind)
  ), published AS (
    INSERT INTO outbox (group_id, revision, created_at) VALUES ($1, $2, $7)
  )
  SELECT pg_notify('sluice_revision', $1::integer || ':' || $2::bigint)`,
};
