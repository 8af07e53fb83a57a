import { definePluginSchema, Type } from '@sluice/schema';
import { checkPatterns } from '../shared/patterns.schema.ts';
import { rejectedCode } from '../shared/rejection.schema.ts';

/** What `uri-blocker` can be told. */
export const uriBlockerSchema = definePluginSchema({
  name: 'uri-blocker',
  category: 'security',
  priority: 2900,
  phases: ['rewrite'],
  title: 'URI blocker',
  description: 'Refuses requests whose path and query match a regular expression.',
  differences: {
    rejected_code: 'A status of more than 599 is none (RFC 9110).',
  },
  config: Type.Object({
    block_rules: Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), {
      uniqueItems: true,
      'x-widget': 'list',
      title: 'Rules',
      description: 'Regular expressions; a request whose path and query one of them matches is refused.',
    }),
    rejected_code: rejectedCode(403),
    rejected_msg: Type.Optional(
      Type.String({
        minLength: 1,
        title: 'Message',
        description: 'Message in the body of a refusal; without one the answer is the error page of the status.',
      }),
    ),
    case_insensitive: Type.Boolean({
      default: false,
      title: 'Ignore case',
      description: 'Ignores case in all rules.',
    }),
  }),
  extraChecks: ({ block_rules: rules }, hooks) => checkPatterns(rules, hooks),
});
