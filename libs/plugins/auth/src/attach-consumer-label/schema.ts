import { definePluginSchema, Type } from '@sluice/schema';
import { checkHeaderNames } from '../shared/header-names.schema.ts';

/** What `attach-consumer-label` can be told. */
export const attachConsumerLabelSchema = definePluginSchema({
  name: 'attach-consumer-label',
  category: 'auth',
  priority: 2399,
  phases: ['before_proxy'],
  title: 'Attach consumer labels',
  description: 'Tells the upstream labels of the consumer, in request headers.',
  config: Type.Object({
    headers: Type.Unsafe<Readonly<Record<string, string>>>({
      type: 'object',
      additionalProperties: { type: 'string', pattern: '^\\$.*' },
      minProperties: 1,
      title: 'Headers',
      description: 'By name: a dollar sign and the key of the label that is the value, such as `$department`.',
    }),
  }),
  extraChecks: ({ headers }) => checkHeaderNames('headers', Object.keys(headers)),
});
