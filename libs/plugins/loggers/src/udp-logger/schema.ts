import { definePluginSchema, Type } from '@sluice/schema';
import { batchFields, BatchMetadata, checkConditions, entryFields } from '../shared/logger.schema.ts';

/** What `udp-logger` can be told. */
export const udpLoggerSchema = definePluginSchema({
  name: 'udp-logger',
  category: 'loggers',
  priority: 400,
  phases: ['access', 'body_filter', 'log'],
  title: 'UDP logger',
  description: 'Sends what happened to a service over UDP, in batches.',
  config: Type.Object({
    host: Type.String({ title: 'Host', description: 'Name or address of the service.' }),
    port: Type.Integer({ minimum: 0, title: 'Port', description: 'Port of the service.' }),
    timeout: Type.Integer({
      default: 3,
      minimum: 1,
      title: 'Timeout',
      description: 'Seconds that sending may take.',
    }),
    ...batchFields('udp logger'),
    ...entryFields,
  }),
  metadata: BatchMetadata,
  extraChecks: ({ port, ...conditions }, hooks) =>
    port > 65_535 ? 'property "port" validation failed: expected at most 65535' : checkConditions(conditions, hooks),
});
