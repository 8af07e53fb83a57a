import { definePluginSchema, Type } from '@sluice/schema';

/** What `batch-requests` can be told. */
export const batchRequestsSchema = definePluginSchema({
  name: 'batch-requests',
  category: 'platform',
  priority: 4010,
  phases: [],
  title: 'Batch requests',
  description: 'Takes many requests in one, sends each through the gateway, and answers with all their answers.',
  config: Type.Object({}),
  metadata: Type.Object({
    max_body_size: Type.Integer({
      default: 1_048_576,
      exclusiveMinimum: 0,
      title: 'Longest body',
      description: 'Bytes of a batch.',
    }),
    max_pipeline_items: Type.Integer({
      default: 1000,
      exclusiveMinimum: 0,
      title: 'Most requests',
      description: 'Requests in one batch.',
    }),
  }),
});
