import Type, { type Static } from 'typebox';
import { draftSchema } from '../drafts/drafts.schema.ts';
import { orNull } from '../http/answer-schema.ts';

const value = orNull(Type.Record(Type.String(), Type.Unknown()));

const operation = Type.Object({
  op: Type.String({ enum: ['added', 'removed', 'changed'] }),
  path: Type.String({ description: 'JSON pointer of the field.' }),
  before: Type.Optional(Type.Unknown()),
  after: Type.Optional(Type.Unknown()),
  secret: Type.Optional(Type.Boolean({ description: 'A secret changed here; it is not told.' })),
});

const listedChange = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  action: Type.String({ enum: ['create', 'update', 'delete'] }),
  before: Type.Optional(value),
  after: Type.Optional(value),
  operations: Type.Optional(Type.Array(operation)),
});

const remark = Type.Object({
  level: Type.String({ enum: ['dropped', 'changed', 'note'] }),
  path: Type.String({ description: 'Where in the source; empty for all of it.' }),
  message: Type.String(),
});

/** Something that a reader of an import has to know: what has no counterpart, or became something else. */
export type Remark = Static<typeof remark> & { readonly level: 'dropped' | 'changed' | 'note' };

/** What a change of many resources does, or would do. */
export const changeListSchema = Type.Object(
  {
    revision: orNull(Type.Integer({ description: 'Null where nothing changed, and of what was only planned.' })),
    dry_run: Type.Boolean(),
    head: Type.Integer({ description: 'The newest revision when it was worked out; send it back as expected_head.' }),
    summary: Type.Object({
      create: Type.Integer(),
      update: Type.Integer(),
      delete: Type.Integer(),
      unchanged: Type.Integer(),
    }),
    changes: Type.Array(listedChange, { description: 'By kind and id. The first of them with their values.' }),
    truncated: Type.Boolean({ description: 'There are more changes than are listed; the summary counts all of them.' }),
    warnings: Type.Array(Type.String()),
    report: Type.Array(remark),
    draft: Type.Optional(draftSchema),
  },
  { $id: 'ChangeList' },
);

/** What a change of many resources does, or would do. */
export type ChangeListView = Omit<Static<typeof changeListSchema>, 'draft'> & { readonly draft?: object };
