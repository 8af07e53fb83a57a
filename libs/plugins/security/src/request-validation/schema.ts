import { definePluginSchema, isJsonObject, type RuleHooks, Type } from '@sluice/schema';
import { rejectedCode } from '../shared/rejection.schema.ts';

const JsonSchemaField = (title: string, description: string) =>
  Type.Optional(Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', title, description }));

const schemaMeaning = {
  meaning: 'Drafts up to 2020-12 by `$schema`; patterns with lookarounds or backreferences are refused.',
};

/** What `request-validation` can be told. */
export const requestValidationSchema = definePluginSchema({
  name: 'request-validation',
  category: 'security',
  priority: 2800,
  phases: ['rewrite'],
  title: 'Request validation',
  description: 'Refuses requests whose headers or body do not follow a JSON schema.',
  differences: {
    header_schema: schemaMeaning,
    body_schema: schemaMeaning,
  },
  config: Type.Object(
    {
      header_schema: JsonSchemaField(
        'Schema of the headers',
        'JSON schema of an object whose keys are header names in lower case; a header that is there twice is a list.',
      ),
      body_schema: JsonSchemaField('Schema of the body', 'JSON schema of the body, which is JSON or a form.'),
      rejected_code: rejectedCode(400),
      rejected_msg: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 256,
          title: 'Message',
          description: 'Body of a refusal; without one it says what is wrong with the request.',
        }),
      ),
      max_req_body_size: Type.Integer({
        default: 67_108_864,
        minimum: 1,
        title: 'Longest body',
        description: 'Bytes of a body that is checked; a longer one is refused.',
      }),
    },
    { anyOf: [{ required: ['header_schema'] }, { required: ['body_schema'] }] },
  ),
  extraChecks: ({ header_schema: header, body_schema: body }, hooks) => checkSchemas({ header, body }, hooks),
});

function checkSchemas(schemas: Readonly<Record<string, unknown>>, hooks: RuleHooks | undefined): string | undefined {
  for (const [part, schema] of Object.entries(schemas)) {
    const wrong = isJsonObject(schema) ? hooks?.checkSchema?.(schema) : undefined;
    if (wrong !== undefined) return `property "${part}_schema" is no JSON schema: ${wrong}`;
  }
  return undefined;
}
