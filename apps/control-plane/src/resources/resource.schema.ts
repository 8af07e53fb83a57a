import Type from 'typebox';
import { orNull, timeSchema } from '../http/answer-schema.ts';
import { effectSchema } from '../revisions/revisions.schema.ts';
import { CONFIRM_MISSING_PLUGINS } from './fleet-confirmation.ts';
import { sortKeys } from './resource-list.ts';

/** A resource as `/api/v1` shows it. */
export const resourceSchema = Type.Object(
  {
    kind: Type.String(),
    id: Type.String(),
    value: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The resource as it is stored, secrets replaced by `__redacted__`.',
    }),
    created_revision: Type.Integer({ description: 'The revision that made it.' }),
    modified_revision: Type.Integer({ description: 'The revision that changed it last; its ETag, in quotes.' }),
    expires_at: Type.Optional(timeSchema('When it is deleted by itself.')),
    warnings: Type.Optional(
      Type.Array(Type.String(), { description: 'What people should know of it: that it is stored and not served.' }),
    ),
  },
  { $id: 'Resource' },
);

const revisionOrNull = orNull(Type.Integer({ description: 'Null where nothing changed.' }));

/** What a write of one resource came to. */
export const writtenSchema = Type.Object(
  { resource: resourceSchema, revision: revisionOrNull, warnings: Type.Array(Type.String()) },
  { $id: 'Written' },
);

/** What a change of any size came to. */
export const madeRevisionSchema = Type.Object({ revision: revisionOrNull }, { $id: 'MadeRevision' });

/** What a change set came to. */
export const changeSetResultSchema = Type.Object({
  revision: revisionOrNull,
  changes: Type.Integer({ description: 'Resources that it changed.' }),
  warnings: Type.Array(Type.String(), { description: 'What people should know of what was written.' }),
  dry_run: Type.Optional(Type.Boolean()),
  effect: Type.Optional(effectSchema),
});

/** Query of everything that makes a revision. */
export const writeQuery = {
  message: Type.Optional(Type.String({ maxLength: 1024, description: 'Why, for the history.' })),
  dry_run: Type.Optional(Type.Boolean({ description: 'Say what would happen, and change nothing.' })),
  force: Type.Optional(Type.Boolean({ description: 'Delete also what other resources still refer to.' })),
  confirm: Type.Optional(
    Type.String({
      enum: [CONFIRM_MISSING_PLUGINS],
      description: 'Publish also what a connected data plane cannot run; else the answer is 428.',
    }),
  ),
};

/** Query of a write under a generated id. */
export const createQuery = {
  ...writeQuery,
  parent: Type.Optional(
    Type.String({ description: 'Id of the resource to create it in, for kinds that live in another.' }),
  ),
};

/** Query of a list of resources. */
export const resourceListQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1, description: 'Page, from 1.' })),
  page_size: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, default: 20, description: 'Resources on a page.' }),
  ),
  search: Type.Optional(
    Type.String({ description: 'Part of an id, name, description, path, host, label or user name.' }),
  ),
  label: Type.Optional(Type.String({ description: '`key` or `key:value`.' })),
  parent: Type.Optional(Type.String({ description: 'Id of the resource that the wanted ones live in.' })),
  sort: Type.Optional(Type.String({ enum: [...sortKeys], default: 'created_revision', description: 'Order.' })),
  order: Type.Optional(Type.String({ enum: ['asc', 'desc'], default: 'asc', description: 'Direction of the order.' })),
};

/** Conditions of a write. */
export const conditionHeaders = {
  'If-Match': Type.Optional(Type.String({ description: 'Write only over this version: the ETag of a read.' })),
  'If-None-Match': Type.Optional(Type.String({ const: '*', description: 'Create only.' })),
};

/** The value of any kind; `GET /groups/{group}/schema` tells the schema of each. */
export const anyValueSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The resource, by the schema of its kind. `__redacted__` keeps the secret that is stored at its place.',
});
