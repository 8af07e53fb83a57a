import { choice } from '@sluice/schema';
import Type from 'typebox';
import { answerObject, orNull, timeSchema } from '../http/answer-schema.ts';

const author = {
  author: Type.String(),
  author_type: choice(['user', 'admin_key', 'system']),
};

const action = choice(['create', 'update', 'delete']);

/** The value of a resource in an answer. */
export const valueSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'A resource as it is stored, secrets replaced by `__redacted__`.',
});

/** One difference between two values of a resource. */
export const operationSchema = answerObject(
  {
    op: choice(['added', 'removed', 'changed']),
    path: Type.String({ description: 'JSON pointer; of what was removed, into the value before.' }),
    before: Type.Optional(Type.Unknown()),
    after: Type.Optional(Type.Unknown()),
    secret: Type.Optional(Type.Boolean({ description: 'It is a secret: that it changed is all that is told.' })),
  },
  'Operation',
);

const operations = {
  operations: Type.Array(operationSchema, {
    description: 'What differs, field by field. Times of creation and change are left out.',
  }),
  operations_truncated: Type.Optional(Type.Boolean()),
};

/** What happened to one resource, with its values. */
export const changeSchema = answerObject(
  {
    kind: Type.String(),
    id: Type.String(),
    action,
    before: orNull(valueSchema),
    after: orNull(valueSchema),
    ...operations,
  },
  'Change',
);

const header = {
  number: Type.Integer(),
  ...author,
  source: Type.String({ description: 'Where it came from, such as dashboard, api, rollback, draft.' }),
  message: Type.String(),
  created_at: timeSchema(),
  change_count: Type.Integer(),
  restores: Type.Optional(Type.Integer({ description: 'The revision whose state it restored.' })),
  digest: Type.Optional(Type.String({ description: 'Digest of the state after it; for admins.' })),
  labels: Type.Array(Type.String()),
  comment_count: Type.Integer(),
  draft: Type.Optional(
    Type.Object({
      id: Type.Integer(),
      authors: Type.Array(Type.String()),
      approved_by: Type.Optional(Type.String()),
    }),
  ),
};

const firstChange = Type.Object({ kind: Type.String(), id: Type.String(), action });

/** A page of revisions. */
export const revisionListSchema = answerObject({
  list: Type.Array(
    answerObject({ ...header, changes: Type.Array(firstChange, { description: 'The first five.' }) }, 'RevisionEntry'),
  ),
  head: Type.Integer(),
  next: orNull(Type.Integer({ description: 'Hand it back as `before` for the next page.' })),
  archived_through: Type.Integer({ description: 'The last revision that is archived; 0: none is.' }),
});

/** What somebody said about a revision. */
export const commentSchema = answerObject(
  {
    id: Type.Integer(),
    ...author,
    text: Type.String(),
    created_at: timeSchema(),
    edited_at: orNull(timeSchema()),
  },
  'RevisionComment',
);

/** One revision with its changes. */
export const revisionSchema = answerObject(
  {
    ...header,
    chain: Type.Optional(Type.String()),
    previous_digest: Type.Optional(orNull(Type.String())),
    changes: Type.Array(changeSchema),
    comments: Type.Array(commentSchema),
    truncated: Type.Optional(Type.Boolean({ description: 'There are more changes: ask with a larger `offset`.' })),
  },
  'Revision',
);

/** What lies between two states. */
export const revisionDiffSchema = answerObject(
  {
    from: Type.Integer(),
    to: Type.Integer(),
    changes: Type.Array(changeSchema),
    truncated: Type.Optional(Type.Boolean()),
  },
  'RevisionDiff',
);

/** A page of the state after a revision. */
export const statePageSchema = answerObject({
  revision: Type.Integer(),
  list: Type.Array(
    Type.Object({ kind: Type.String(), id: Type.String(), value: valueSchema, modified_revision: Type.Integer() }),
  ),
  next: orNull(Type.String({ description: 'Hand it back as `after` for the next page.' })),
});

const key = { kind: Type.String(), id: Type.String() };

/** What a revision would do. */
export const effectSchema = answerObject(
  {
    changes: Type.Array(changeSchema),
    counts: Type.Object({ create: Type.Integer(), update: Type.Integer(), delete: Type.Integer() }),
    truncated: Type.Optional(Type.Boolean()),
    referrers: Type.Array(Type.Object({ ...key, refers_to: Type.Object(key) }), {
      description: 'Resources that stay as they are and refer to what changes; the first hundred.',
    }),
    referrers_total: Type.Integer(),
    missing_plugins: Type.Array(
      Type.Object({
        plugin: Type.String(),
        instances: Type.Array(Type.Object({ id: Type.String(), version: Type.String() })),
      }),
      { description: 'Plugins that connected data planes lack.' },
    ),
    warnings: Type.Array(Type.String()),
  },
  'Effect',
);

/** What was done to one resource, newest first. */
export const resourceHistorySchema = answerObject({
  ...key,
  exists: Type.Boolean(),
  list: Type.Array(
    answerObject(
      {
        revision: Type.Integer(),
        ...author,
        source: Type.String(),
        message: Type.String(),
        created_at: timeSchema(),
        action,
        ...operations,
      },
      'HistoryEntry',
    ),
  ),
  next: orNull(Type.Integer()),
});

/** One resource as it was after a revision. */
export const resourceVersionSchema = answerObject({
  ...key,
  revision: Type.Integer(),
  modified_revision: orNull(Type.Integer({ description: 'The revision that had changed it last by then.' })),
  value: orNull(valueSchema),
});

/** Who last set each field of a resource. */
export const blameSchema = answerObject({
  ...key,
  revision: Type.Integer(),
  fields: Type.Array(
    answerObject(
      {
        path: Type.String(),
        value: Type.Unknown(),
        secret: Type.Optional(Type.Boolean()),
        revision: Type.Integer(),
        author: orNull(Type.String()),
        author_type: orNull(Type.String()),
        created_at: orNull(timeSchema()),
        message: orNull(Type.String()),
        older: Type.Optional(
          Type.Boolean({ description: 'It was so by that revision already; who made it so lies further back.' }),
        ),
      },
      'BlamedField',
    ),
  ),
});

/** The labels of one revision. */
export const labelsSchema = answerObject({ labels: Type.Array(Type.String()) });

/** The labels of a group. */
export const labelListSchema = answerObject({
  list: Type.Array(Type.Object({ label: Type.String(), count: Type.Integer(), revision: Type.Integer() })),
});
