/** The header of a revision as it is stored, with what people have added to it. */
export interface HeaderRow {
  readonly number: number;
  readonly author: string;
  readonly author_type: string;
  readonly source: string;
  readonly message: string;
  readonly created_at: Date;
  readonly digest: Buffer;
  readonly chain: Buffer;
  readonly change_count: number;
  readonly restores: number | null;
  readonly labels: readonly string[];
  readonly comment_count: number;
  /** The draft that was published as this revision. */
  readonly draft: PublishedDraft | null;
}

interface PublishedDraft {
  readonly id: number;
  readonly authors: readonly string[];
  readonly approved_by: string | null;
}

/** The columns of a revision itself; the table is called `r`. */
export const ownColumns = `r.number, r.author, r.author_type, r.source, r.message, r.created_at, r.digest, r.chain,
  r.change_count, r.restores`;

/** Adds to selected revisions what belongs to each of them; `$1` is the group. */
export function withAdditions(selected: string): string {
  return `
    SELECT page.*,
      ARRAY(SELECT label FROM revision_label l WHERE l.group_id = $1 AND l.revision = page.number ORDER BY label) AS labels,
      (SELECT count(*) FROM revision_comment c WHERE c.group_id = $1 AND c.revision = page.number) AS comment_count,
      (SELECT json_build_object('id', d.id, 'approved_by', d.reviewed_by, 'authors',
          (SELECT json_agg(DISTINCT a.name ORDER BY a.name) FROM draft_author a WHERE a.draft_id = d.id))
        FROM draft d WHERE d.group_id = $1 AND d.published_revision = page.number LIMIT 1) AS draft
    FROM (${selected}) page ORDER BY page.number DESC`;
}

/** The header of a revision as `/api/v1` shows it, with its digest for those who may see proofs. */
export function headerView(row: HeaderRow, showsProofs: boolean): object {
  const { chain: _chain, digest, restores, draft, ...header } = row;
  return {
    ...header,
    created_at: row.created_at.toISOString(),
    ...(showsProofs && { digest: digest.toString('hex') }),
    ...(restores !== null && { restores }),
    ...(draft && { draft: draftView(draft) }),
  };
}

function draftView({ id, authors, approved_by: approver }: PublishedDraft): object {
  return { id, authors, ...(approver !== null && { approved_by: approver }) };
}
