import { choice, definePluginSchema, Type } from '@sluice/schema';
import { compileJsonPath } from '../shared/json-path.schema.ts';

const labels = (title: string, description: string) =>
  Type.Optional(
    Type.Unsafe<Readonly<Record<string, readonly string[]>>>({
      type: 'object',
      minProperties: 1,
      patternProperties: { '.*': { type: 'array', items: { type: 'string' }, minItems: 1 } },
      title,
      description,
    }),
  );

/** What `acl` can be told. */
export const aclSchema = definePluginSchema({
  name: 'acl',
  category: 'auth',
  priority: 2410,
  phases: ['access'],
  title: 'Access by labels',
  description: 'Lets consumers, and users of an identity provider, pass or not by what they are labelled with.',
  config: Type.Object(
    {
      allow_labels: labels('Allow these', 'By label, values of which one must be there for a request to pass.'),
      deny_labels: labels('Refuse these', 'By label, values that are refused, whatever else is said.'),
      rejected_code: Type.Integer({ default: 403, minimum: 200, title: 'Status', description: 'Status of a refusal.' }),
      rejected_msg: Type.Optional(Type.String({ title: 'Message', description: 'Message in the body of a refusal.' })),
      external_user_label_field: Type.String({
        default: 'groups',
        minLength: 1,
        title: 'Field with the values',
        description: 'Where the values stand in what an identity provider says of a user: a name, or a JSONPath.',
      }),
      external_user_label_field_key: Type.Optional(
        Type.String({
          minLength: 1,
          title: 'Label of the field',
          description: 'The label that those values are of; the field itself unless it is named.',
        }),
      ),
      external_user_label_field_parser: Type.Optional(
        choice(['segmented_text', 'json', 'table'], {
          title: 'Form of the values',
          description: 'A text with a separator, JSON in a text, or a list. Found out unless it is said.',
        }),
      ),
      external_user_label_field_separator: Type.Optional(
        Type.String({
          minLength: 1,
          title: 'Separator',
          description: 'What stands between the values of a `segmented_text`.',
        }),
      ),
    },
    {
      anyOf: [{ required: ['allow_labels'] }, { required: ['deny_labels'] }],
      allOf: [
        {
          if: {
            properties: { external_user_label_field_parser: { const: 'segmented_text' } },
            required: ['external_user_label_field_parser'],
          },
          then: { required: ['external_user_label_field_separator'] },
        },
      ],
    },
  ),
  extraChecks: ({ external_user_label_field: field, rejected_code: code }) => {
    if (compileJsonPath(field) === undefined) return `invalid external_user_label_field: ${field} is no JSONPath`;
    return code > 599 ? `property "rejected_code" validation failed: expected ${code} to be at most 599` : undefined;
  },
});
