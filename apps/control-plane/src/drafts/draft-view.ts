import type { Author } from '../access/author.ts';
import { includesRole } from '../access/role.ts';
import { activeStates, type DraftRow, type DraftState } from './draft-rows.ts';

/** What the caller may do with a draft as it stands now. */
export interface DraftRights {
  readonly edit: boolean;
  readonly submit: boolean;
  readonly approve: boolean;
  readonly reject: boolean;
  readonly withdraw: boolean;
  readonly publish: boolean;
  readonly discard: boolean;
}

/** The states in which each act makes sense. */
const statesFor = {
  edit: activeStates,
  submit: ['open', 'rejected'],
  approve: ['in_review'],
  reject: ['in_review', 'approved'],
  withdraw: ['in_review', 'approved'],
  discard: activeStates,
} as const satisfies Record<string, readonly DraftState[]>;

/** What somebody may do with a draft. */
export function rightsOf(draft: DraftRow, author: Author): DraftRights {
  const isEditor = includesRole(author.role, 'editor');
  const isReviewer = includesRole(author.role, draft.approvers) && isSecondPerson(draft, author);
  const hasEdits = draft.edit_count > 0;
  const isIn = (states: readonly DraftState[]): boolean => states.includes(draft.state);
  return {
    edit: isEditor && isIn(statesFor.edit),
    submit: isEditor && hasEdits && isIn(statesFor.submit),
    approve: isReviewer && isIn(statesFor.approve),
    reject: isReviewer && isIn(statesFor.reject),
    withdraw: isEditor && isIn(statesFor.withdraw),
    publish: isEditor && hasEdits && isPublishable(draft),
    discard: isEditor && isIn(statesFor.discard),
  };
}

/** With approval only what is approved is published; without, whatever nobody has rejected. */
export function isPublishable({ state, approval_required: isApprovalRequired }: DraftRow): boolean {
  return isApprovalRequired ? state === 'approved' : activeStates.includes(state) && state !== 'rejected';
}

/**
 * Whether somebody may approve what others made: a person who had no hand in the draft. A program is no person: whoever may
 * make keys could make one to agree with himself.
 */
export function isSecondPerson(draft: DraftRow, author: Author): boolean {
  return author.userId !== null && !draft.author_ids.includes(author.userId);
}

/** A draft as the API shows it to somebody. */
export function draftView(draft: DraftRow, author: Author): object {
  const { id, group_name: group, state, message, base_revision, head, version, authors, edit_count } = draft;
  return {
    id,
    group,
    state,
    message,
    base_revision,
    head,
    version,
    author: draft.author,
    author_type: draft.author_type,
    authors,
    created_at: draft.created_at.toISOString(),
    updated_at: draft.updated_at.toISOString(),
    edit_count,
    ...reviewView(draft),
    ...publicationView(draft),
    approval_required: draft.approval_required,
    approvers: draft.approvers,
    may: rightsOf(draft, author),
  };
}

function reviewView(draft: DraftRow): object {
  const {
    requested_by: asker,
    requested_at: askedAt,
    reviewed_by: by,
    reviewed_at: at,
    review_comment: comment,
  } = draft;
  const verdict = draft.state === 'rejected' ? 'rejected' : 'approved';
  return {
    ...(asker !== null && askedAt && { requested_by: asker, requested_at: askedAt.toISOString() }),
    ...(by !== null && at && { review: { by, at: at.toISOString(), verdict, comment } }),
  };
}

function publicationView(draft: DraftRow): object {
  const { published_revision: revision, published_by: by, published_at: at } = draft;
  return by !== null && at ? { published_revision: revision, published_by: by, published_at: at.toISOString() } : {};
}
