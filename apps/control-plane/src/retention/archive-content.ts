import type { DataSource } from 'typeorm';
import type { CommentLine, ChangeLine, RevisionLine, WrittenLine } from './archive-lines.ts';

/** Where the chain of a group stands. */
export interface ChainPoint {
  readonly number: number;
  readonly chain: Buffer;
  readonly digest: Buffer;
}

/** Which revisions go into a file: from `first` to at most `last`, and no more than fit. */
export interface ArchiveRange {
  readonly groupId: number;
  readonly group: string;
  readonly previous: ChainPoint;
  readonly last: number;
}

const REVISIONS_AT_ONCE = 100;
const CHANGES_AT_ONCE = 1_000;
/** A file ends after the revision with which it has become larger than this, uncompressed. */
const LENGTH_MAX = 256 * 1024 * 1024;

interface HeaderRow extends Omit<RevisionLine, 'type' | 'created_at' | 'digest' | 'chain'> {
  readonly created_at: Date;
  readonly digest: Buffer;
  readonly chain: Buffer;
}

interface ChangeRow {
  readonly kind: string;
  readonly id: string;
  readonly body: string | null;
  readonly sealed: Buffer | null;
  readonly before: Buffer | null;
  readonly after: Buffer | null;
}

/** Reads what goes into an archive, line by line, and remembers where it ended. */
export class ArchiveContent {
  readonly #database: DataSource;
  readonly #range: ArchiveRange;
  #end: ChainPoint;
  #comments = 0;
  #length = 0;

  constructor(database: DataSource, range: ArchiveRange) {
    this.#database = database;
    this.#range = range;
    this.#end = range.previous;
  }

  /** Where the chain stands after the last revision that was read. */
  get end(): ChainPoint {
    return this.#end;
  }

  /** Comments that were read. */
  get comments(): number {
    return this.#comments;
  }

  async *lines(): AsyncGenerator<string> {
    const { group, previous } = this.#range;
    yield this.#text({
      type: 'archive',
      version: 1,
      group,
      first: previous.number + 1,
      previous_chain: previous.chain.toString('hex'),
      previous_digest: previous.digest.toString('hex'),
    });
    for (;;) {
      const page = await this.#headers();
      for (const row of page) {
        yield* this.#revision(row);
        if (this.#length > LENGTH_MAX) break;
      }
      if (page.length === 0 || this.#length > LENGTH_MAX) break;
    }
    const { number, chain, digest } = this.#end;
    yield this.#text({ type: 'end', last: number, chain: chain.toString('hex'), digest: digest.toString('hex') });
  }

  async *#revision(row: HeaderRow): AsyncGenerator<string> {
    const { digest, chain, created_at: at, ...header } = row;
    yield this.#text({
      type: 'revision',
      ...header,
      created_at: at.toISOString(),
      digest: digest.toString('hex'),
      chain: chain.toString('hex'),
    });
    for await (const change of this.#changes(row.number)) yield this.#text(change);
    for (const comment of await this.#commentsOf(row.number)) yield this.#text(comment);
    this.#end = { number: row.number, chain, digest };
  }

  #headers(): Promise<HeaderRow[]> {
    const { groupId, last } = this.#range;
    return this.#database.query(HEADERS, [groupId, this.#end.number, last, REVISIONS_AT_ONCE]);
  }

  async *#changes(revision: number): AsyncGenerator<ChangeLine> {
    let [kind, id] = ['', ''];
    for (;;) {
      const values = [this.#range.groupId, revision, kind, id, CHANGES_AT_ONCE];
      const rows: ChangeRow[] = await this.#database.query(CHANGES, values);
      for (const row of rows) yield changeLine(revision, row);
      const last = rows.at(-1);
      if (!last || rows.length < CHANGES_AT_ONCE) return;
      ({ kind, id } = last);
    }
  }

  async #commentsOf(revision: number): Promise<CommentLine[]> {
    const rows: (Omit<CommentLine, 'type' | 'revision' | 'created_at'> & { created_at: Date })[] =
      await this.#database.query(COMMENTS, [this.#range.groupId, revision]);
    this.#comments += rows.length;
    return rows.map(({ created_at: at, ...row }) => {
      return { type: 'comment', revision, ...row, created_at: at.toISOString() };
    });
  }

  #text(line: WrittenLine): string {
    const text = `${JSON.stringify(line)}\n`;
    this.#length += text.length;
    return text;
  }
}

function changeLine(revision: number, { kind, id, body, sealed, before, after }: ChangeRow): ChangeLine {
  return {
    type: 'change',
    revision,
    kind,
    id,
    before: before?.toString('hex') ?? null,
    after: after?.toString('hex') ?? null,
    body,
    sealed: sealed?.toString('base64') ?? null,
  };
}

const HEADERS = `
  SELECT number, author, author_type, source, message, restores, created_at, digest, chain, change_count, resource_count,
    ARRAY(SELECT label FROM revision_label l WHERE l.group_id = r.group_id AND l.revision = r.number ORDER BY label) AS labels
  FROM revision r WHERE group_id = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4`;

const CHANGES = `
  SELECT v.kind, v.id, v.body, v.sealed, v.hash AS after, p.hash AS before
  FROM resource_version v LEFT JOIN resource_version p
    ON p.group_id = v.group_id AND p.kind = v.kind AND p.id = v.id AND p.revision = v.previous_revision
  WHERE v.group_id = $1 AND v.revision = $2 AND (v.kind, v.id) > ($3::text, $4::text)
  ORDER BY v.kind, v.id LIMIT $5`;

const COMMENTS = `
  SELECT author, author_type, text, created_at FROM revision_comment WHERE group_id = $1 AND revision = $2 ORDER BY id`;
