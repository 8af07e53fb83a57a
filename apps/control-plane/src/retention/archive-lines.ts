import { Type } from '@sluice/schema';
import type { Static } from 'typebox';

/*
 * An archive is a gzip file of JSON lines: one `archive` line, then each revision followed by its changes and comments, then
 * an `end` line. Hashes are hexadecimal, envelopes base64. It is read by years of versions to come: lines of an unknown
 * type are passed over, and fields are only ever added.
 */

const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const orNull = <S extends ReturnType<typeof Type.String>>(schema: S) => Type.Union([schema, Type.Null()]);

/** The first line: what the file is, and where the chain stood before it. */
export const archiveLineSchema = Type.Object({
  type: Type.Literal('archive'),
  version: Type.Literal(1),
  group: Type.String(),
  first: Type.Integer(),
  previous_chain: hash,
  previous_digest: hash,
});

/** The header of a revision. */
export const revisionLineSchema = Type.Object({
  type: Type.Literal('revision'),
  number: Type.Integer(),
  author: Type.String(),
  author_type: Type.String(),
  source: Type.String(),
  message: Type.String(),
  restores: Type.Union([Type.Integer(), Type.Null()]),
  created_at: Type.String(),
  digest: hash,
  chain: hash,
  change_count: Type.Integer(),
  resource_count: Type.Integer(),
  labels: Type.Array(Type.String()),
});

/** What a revision did to one resource. Secrets stay in their envelope. */
export const changeLineSchema = Type.Object({
  type: Type.Literal('change'),
  revision: Type.Integer(),
  kind: Type.String(),
  id: Type.String(),
  before: orNull(hash),
  after: orNull(hash),
  body: orNull(Type.String()),
  sealed: orNull(Type.String()),
});

/** What somebody said about a revision. */
export interface CommentLine {
  readonly type: 'comment';
  readonly revision: number;
  readonly author: string;
  readonly author_type: string;
  readonly text: string;
  readonly created_at: string;
}

/** The last line: where the chain goes on. */
export const endLineSchema = Type.Object({
  type: Type.Literal('end'),
  last: Type.Integer(),
  chain: hash,
  digest: hash,
});

/** The first line of a file. */
export type ArchiveLine = Static<typeof archiveLineSchema>;
/** The header of a revision. */
export type RevisionLine = Static<typeof revisionLineSchema>;
/** A change of a revision. */
export type ChangeLine = Static<typeof changeLineSchema>;
/** The last line of a file. */
export type EndLine = Static<typeof endLineSchema>;

/** Any line that is written. */
export type WrittenLine = ArchiveLine | RevisionLine | ChangeLine | CommentLine | EndLine;
