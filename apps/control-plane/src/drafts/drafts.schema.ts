import { choice } from '@sluice/schema';
import Type from 'typebox';
import { answerObject, orNull, timeSchema } from '../http/answer-schema.ts';
import { changeSchema, effectSchema, valueSchema } from '../revisions/revisions.schema.ts';
import { draftStates } from './draft-rows.ts';

const key = { kind: Type.String(), id: Type.String() };

const draft = {
  id: Type.Integer(),
  group: Type.String(),
  state: choice(draftStates),
  message: Type.String(),
  base_revision: Type.Integer({ description: 'The head when it was begun, or when it was last rebased.' }),
  head: Type.Integer(),
  version: Type.Integer({ description: 'Grows with each change; a verdict names the one that was looked at.' }),
  author: Type.String(),
  author_type: choice(['user', 'admin_key', 'system']),
  authors: Type.Array(Type.String(), { description: 'Everybody who had a hand in it.' }),
  created_at: timeSchema(),
  updated_at: timeSchema(),
  edit_count: Type.Integer(),
  requested_by: Type.Optional(Type.String()),
  requested_at: Type.Optional(timeSchema()),
  review: Type.Optional(
    Type.Object({
      by: Type.String(),
      at: timeSchema(),
      verdict: choice(['approved', 'rejected']),
      comment: orNull(Type.String()),
    }),
  ),
  published_revision: Type.Optional(orNull(Type.Integer({ description: 'Null where there was nothing to change.' }))),
  published_by: Type.Optional(Type.String()),
  published_at: Type.Optional(timeSchema()),
  approval_required: Type.Boolean(),
  approvers: choice(['editor', 'admin', 'owner']),
  may: Type.Object(
    {
      edit: Type.Boolean(),
      submit: Type.Boolean(),
      approve: Type.Boolean(),
      reject: Type.Boolean(),
      withdraw: Type.Boolean(),
      publish: Type.Boolean(),
      discard: Type.Boolean(),
    },
    { description: 'What the caller may do with it now.' },
  ),
};

/** A draft. */
export const draftSchema = answerObject(draft, 'Draft');

/** What a draft does to one resource. */
export const draftEditSchema = answerObject(
  {
    op: choice(['put', 'delete']),
    ...key,
    value: orNull(valueSchema),
    base_revision: Type.Integer({ description: 'The state that its author looked at.' }),
    author: Type.String(),
    updated_at: timeSchema(),
    action: choice(['create', 'update', 'delete']),
  },
  'DraftEdit',
);

/** A draft with its edits and its story. */
export const draftDetailSchema = answerObject(
  {
    ...draft,
    edits: Type.Array(draftEditSchema),
    truncated: Type.Optional(Type.Boolean()),
    events: Type.Array(
      answerObject({
        at: timeSchema(),
        actor: Type.String(),
        action: Type.String(),
        comment: Type.Optional(Type.String()),
        kind: Type.Optional(Type.String()),
        id: Type.Optional(Type.String()),
      }),
    ),
  },
  'DraftDetail',
);

/** A page of drafts. */
export const draftListSchema = answerObject({ list: Type.Array(draftSchema), next: orNull(Type.Integer()) });

/** A page of edits. */
export const draftEditListSchema = answerObject({ list: Type.Array(draftEditSchema), total: Type.Integer() });

/** A draft and the edit that it was given. */
export const draftEditedSchema = answerObject({ draft: draftSchema, edit: draftEditSchema });

/** A draft that was changed. */
export const draftChangedSchema = answerObject({ draft: draftSchema });

/** What a draft changes. */
export const draftDiffSchema = answerObject({
  against: choice(['head', 'base']),
  changes: Type.Array(
    answerObject({
      ...changeSchema.properties,
      action: choice(['create', 'update', 'delete', 'none']),
    }),
  ),
  truncated: Type.Optional(Type.Boolean()),
});

/** Where a draft and its group have grown apart. */
export const conflictSchema = answerObject(
  {
    ...key,
    reason: choice(['both_changed', 'both_created', 'deleted_there', 'deleted_here']),
    mergeable: Type.Boolean({ description: 'A rebase merges it without asking.' }),
    changed_in: orNull(
      Type.Object({
        revision: Type.Integer(),
        author: orNull(Type.String()),
        created_at: orNull(timeSchema()),
      }),
    ),
    base: orNull(valueSchema),
    theirs: orNull(valueSchema),
    mine: orNull(valueSchema),
    merged: orNull(valueSchema),
    fields: Type.Array(
      Type.Object({
        path: Type.String(),
        base: Type.Optional(Type.Unknown()),
        theirs: Type.Optional(Type.Unknown()),
        mine: Type.Optional(Type.Unknown()),
        secret: Type.Optional(Type.Boolean()),
      }),
      { description: 'The fields that both sides have changed in different ways.' },
    ),
  },
  'DraftConflict',
);

/** The conflicts of a draft. */
export const conflictListSchema = answerObject({ conflicts: Type.Array(conflictSchema) });

/** Whether a draft could be published, and what that would do. */
export const draftValidationSchema = answerObject({
  valid: Type.Boolean(),
  head: Type.Integer(),
  issues: Type.Array(
    Type.Object({ ...key, path: Type.String({ description: 'JSON pointer into the value.' }), message: Type.String() }),
  ),
  conflicts: Type.Array(conflictSchema),
  effect: orNull(effectSchema),
});

/** What a rebase came to. */
export const rebasedSchema = answerObject({
  draft: draftSchema,
  merged: Type.Array(Type.Object(key)),
  dropped: Type.Array(Type.Object(key)),
});

/** What publishing came to, or would come to. */
export const publishedSchema = answerObject({
  revision: orNull(Type.Integer({ description: 'Null where everything was so already.' })),
  draft: draftSchema,
  effect: Type.Optional(effectSchema),
});
