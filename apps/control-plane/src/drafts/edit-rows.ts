import { kinds, type KindName, type ResourceKind } from '@sluice/schema';
import type { QueryRunner } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import { actionOf } from '../resources/change-set.ts';
import type { Queryable } from '../resources/resource-rows.ts';
import type { PresentVersion, Version } from '../revisions/version-rows.ts';

/** An edit of a draft as it is stored: what the resource shall be. Without a body it shall go. */
export interface EditRow {
  readonly kind: string;
  readonly id: string;
  readonly body: string | null;
  readonly sealed: Buffer | null;
  readonly base_revision: number;
  readonly author: string;
  readonly updated_at: Date;
}

/** An edit beside the resource as it was for its author, and as it is after some revision. */
export interface ComparedEdit {
  readonly edit: EditRow;
  readonly base: Version;
  readonly theirs: Version;
}

/** How much one draft may hold. */
export const EDITS_MAX = 20_000;
const BYTES_MAX = 128 * 1024 * 1024;

const columns = 'e.kind, e.id, e.body, e.sealed, e.base_revision, e.author, e.updated_at';

interface Page {
  readonly limit: number;
  readonly offset: number;
}

const everything: Page = { limit: EDITS_MAX, offset: 0 };

/** The edits of a draft, by kind, then id. */
export function findEdits(db: Queryable, draftId: number, { limit, offset }: Page = everything): Promise<EditRow[]> {
  const select = `SELECT ${columns} FROM draft_edit e WHERE e.draft_id = $1 ORDER BY e.kind, e.id LIMIT $2 OFFSET $3`;
  return db.query(select, [draftId, limit, offset]);
}

/** What a draft does to one resource; undefined where it leaves it alone. */
export async function findEdit(db: Queryable, draftId: number, kind: string, id: string): Promise<EditRow | undefined> {
  const select = `SELECT ${columns} FROM draft_edit e WHERE e.draft_id = $1 AND e.kind = $2 AND e.id = $3`;
  const [edit]: EditRow[] = await db.query(select, [draftId, kind, id]);
  return edit;
}

/** Stores edits, in place of what the draft did to the same resources. */
export async function storeEdits(
  db: QueryRunner,
  draftId: number,
  edits: readonly Omit<EditRow, 'updated_at'>[],
): Promise<void> {
  await db.query(
    `INSERT INTO draft_edit AS e (draft_id, kind, id, body, sealed, base_revision, author)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::text[])
     ON CONFLICT (draft_id, kind, id) DO UPDATE SET body = excluded.body, sealed = excluded.sealed,
       base_revision = excluded.base_revision, author = excluded.author, updated_at = now()`,
    [
      draftId,
      edits.map(({ kind }) => kind),
      edits.map(({ id }) => id),
      edits.map(({ body }) => body),
      edits.map(({ sealed }) => sealed),
      edits.map((edit) => edit.base_revision),
      edits.map(({ author }) => author),
    ],
  );
  const select =
    'SELECT count(*) AS count, coalesce(sum(octet_length(body)), 0) AS bytes FROM draft_edit WHERE draft_id = $1';
  const [size]: { count: number; bytes: number }[] = await db.query(select, [draftId]);
  if (size && size.count <= EDITS_MAX && size.bytes <= BYTES_MAX) return;
  throw new Refusal('TOO_LARGE', `A draft holds at most ${EDITS_MAX} edits, of ${BYTES_MAX} bytes together.`);
}

/** Which edits a comparison is about: a page of them, or only those whose resource others have changed since their base. */
export type Comparison = Page | 'changed since';

/** Edits of a draft beside their bases and beside the state after revision `head`, by kind, then id. */
export async function compareEdits(
  db: Queryable,
  draft: { readonly id: number; readonly group_id: number },
  head: number,
  comparison: Comparison,
): Promise<ComparedEdit[]> {
  const version = (at: string): string => `
    LEFT JOIN LATERAL (
      SELECT body, sealed, hash FROM resource_version v
      WHERE v.group_id = $2 AND v.kind = e.kind AND v.id = e.id AND v.revision <= ${at}
      ORDER BY v.revision DESC LIMIT 1
    )`;
  const isPage = comparison !== 'changed since';
  const rows: CompareRow[] = await db.query(
    `SELECT ${columns}, b.body AS base_body, b.sealed AS base_sealed, b.hash AS base_hash,
       t.body AS their_body, t.sealed AS their_sealed, t.hash AS their_hash
     FROM draft_edit e ${version('e.base_revision')} b ON true ${version('$3::bigint')} t ON true
     WHERE e.draft_id = $1 ${isPage ? '' : 'AND e.base_revision < $3::bigint AND b.hash IS DISTINCT FROM t.hash'}
     ORDER BY e.kind, e.id ${isPage ? 'LIMIT $4 OFFSET $5' : ''}`,
    [draft.id, draft.group_id, head, ...(isPage ? [comparison.limit, comparison.offset] : [])],
  );
  return rows.map(comparedOf);
}

interface CompareRow extends EditRow {
  readonly base_body: string | null;
  readonly base_sealed: Buffer | null;
  readonly base_hash: Buffer | null;
  readonly their_body: string | null;
  readonly their_sealed: Buffer | null;
  readonly their_hash: Buffer | null;
}

function comparedOf(row: CompareRow): ComparedEdit {
  const { kind, id, base_body, base_sealed, base_hash, their_body, their_sealed, their_hash, ...edit } = row;
  return {
    edit: { kind, id, ...edit },
    base: { kind, id, body: base_body, sealed: base_sealed, hash: base_hash },
    theirs: { kind, id, body: their_body, sealed: their_sealed, hash: their_hash },
  };
}

/** The kind of a stored edit: only edits of known kinds are stored. */
export function kindOfEdit({ kind }: Pick<EditRow, 'kind'>): ResourceKind {
  const known = kinds.get(kind as KindName);
  if (!known) throw new Error(`A draft holds an edit of an unknown kind ${kind}.`);
  return known;
}

/** An edit as the API shows it: masked as it is stored. */
export function editView({ edit, base }: ComparedEdit): object {
  const { kind, id, body, base_revision, author, updated_at: at } = edit;
  const action = actionOf(base.body === null ? null : base, body === null ? null : edit);
  return {
    op: body === null ? 'delete' : 'put',
    kind,
    id,
    value: body === null ? null : (JSON.parse(body) as object),
    base_revision,
    author,
    updated_at: at.toISOString(),
    action,
  };
}

/** The wanted version that an edit stands for; it has no hash, for it was never the state of anything. */
export function wantedVersion({ kind, id, body, sealed }: EditRow): Version | PresentVersion {
  return { kind, id, body, sealed, hash: body === null ? null : NO_HASH };
}

const NO_HASH = Buffer.alloc(32);
