import { definePluginSchema, Type } from '@sluice/schema';
import { checkHeaderNames, headerNameMeaning } from '../shared/header-map.schema.ts';

const text = (title: string, description: string) => Type.Optional(Type.String({ title, description }));

/** What `echo` can be told. */
export const echoSchema = definePluginSchema({
  name: 'echo',
  category: 'transform',
  priority: 412,
  phases: ['header_filter', 'body_filter'],
  title: 'Echo',
  description: 'Puts text before, after or in place of the body of a response. For tests and demonstrations.',
  differences: { headers: headerNameMeaning },
  config: Type.Object(
    {
      before_body: text('Before', 'Text that goes before the body.'),
      body: text('Body', 'Text in place of the body.'),
      after_body: text('After', 'Text that goes behind the body.'),
      headers: Type.Optional(
        Type.Unsafe<Readonly<Record<string, unknown>>>({
          type: 'object',
          minProperties: 1,
          title: 'Headers',
          description: 'Headers of the response.',
        }),
      ),
    },
    {
      minProperties: 1,
      anyOf: [{ required: ['before_body'] }, { required: ['body'] }, { required: ['after_body'] }],
    },
  ),
  extraChecks: ({ headers = {} }) => checkHeaderNames(Object.keys(headers)),
});
