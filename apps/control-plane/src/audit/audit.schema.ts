import { choice } from '@sluice/schema';
import Type, { type Static } from 'typebox';
import { orNull, timeSchema } from '../http/answer-schema.ts';

/** Something that somebody did. */
export const auditEntrySchema = Type.Object(
  {
    seq: Type.Integer({ description: 'Number in the trail of its group, or of what belongs to none.' }),
    at: timeSchema(),
    actor: Type.String(),
    actor_type: choice(['user', 'admin_key', 'system']),
    action: Type.String(),
    group: orNull(Type.String()),
    kind: orNull(Type.String()),
    id: orNull(Type.String()),
    revision: orNull(Type.Integer()),
    source_ip: orNull(Type.String()),
    request_id: orNull(Type.String()),
    detail: Type.Record(Type.String(), Type.Unknown()),
    failed: Type.Boolean({ description: 'It was refused.' }),
  },
  { $id: 'AuditEntry' },
);

/** A page of the trail, newest first. */
export const auditPageSchema = Type.Object(
  { list: Type.Array(auditEntrySchema), next: orNull(Type.String({ description: 'The next page, as `before`.' })) },
  { $id: 'AuditPage' },
);

const text = (description: string) => Type.Optional(Type.String({ description }));

/** The filters of the trail, in the query. */
export const auditQuery = {
  actor: text('Who did it.'),
  action: text('What was done; `session.*` stands for all that begin alike.'),
  group: text('Only of this gateway group.'),
  kind: text('Only of resources, or other things, of this kind.'),
  id: text('Only of the thing with this id.'),
  from: text('From this time on (ISO 8601).'),
  to: text('Before this time (ISO 8601).'),
  text: text('Words that all occur; the end of each may be missing.'),
  failed: Type.Optional(Type.Boolean({ description: 'Only what was refused.' })),
};

/** Body of the request to verify. */
export const verifySchema = Type.Object(
  {
    group: Type.Optional(
      Type.String({ title: 'Group', description: 'Only the chains of this group.', minLength: 1, maxLength: 63 }),
    ),
  },
  { additionalProperties: false },
);

/** What the check of everything that is chained came to. */
export const verificationSchema = Type.Object(
  {
    intact: Type.Boolean(),
    chains: Type.Array(
      Type.Object({
        type: choice(['audit', 'revisions', 'state'], {
          description: 'The audit trail, the history of a group, or its present resources held against that history.',
        }),
        group: orNull(Type.String()),
        intact: Type.Boolean(),
        checked: Type.Integer({ description: 'Entries, revisions or resources that were checked.' }),
        broken_at: Type.Optional(Type.Integer({ description: 'The first entry or revision that does not hold.' })),
        reason: Type.Optional(Type.String()),
      }),
    ),
  },
  { $id: 'Verification' },
);

/** What the check of everything that is chained came to. */
export type VerificationView = Static<typeof verificationSchema>;
