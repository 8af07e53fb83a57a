import { choice } from '@sluice/schema';
import Type from 'typebox';
import { answerObject, orNull } from '../http/answer-schema.ts';

const strict = { additionalProperties: false };

const required = Type.Boolean({
  description: 'Configuration changes only by drafts that a second person has approved.',
});
const approvers = choice(['editor', 'admin', 'owner'], { description: 'The least role of whoever approves.' });
const keepRevisions = orNull(
  Type.Integer({
    minimum: 10,
    maximum: 1_000_000_000,
    description: 'So many of the newest revisions stay; null: all.',
  }),
);
const keepDays = orNull(
  Type.Integer({ minimum: 1, maximum: 36_500, description: 'Revisions of so many days stay; null: of any age.' }),
);

/** What can be set about a group, in part. */
export const groupSettingsPatchSchema = Type.Object(
  {
    approval: Type.Optional(
      Type.Object({ required: Type.Optional(required), approvers: Type.Optional(approvers) }, strict),
    ),
    retention: Type.Optional(
      Type.Object({ keep_revisions: Type.Optional(keepRevisions), keep_days: Type.Optional(keepDays) }, strict),
    ),
  },
  strict,
);

/** The settings of a group. */
export const groupSettingsSchema = answerObject(
  {
    approval: Type.Object({ required, approvers }),
    retention: Type.Object({ keep_revisions: keepRevisions, keep_days: keepDays }),
    archive: Type.Object({
      through: Type.Integer({ description: 'The last revision that is archived; 0: none is.' }),
      files: Type.Integer(),
    }),
  },
  'GroupSettings',
);
