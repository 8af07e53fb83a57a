import { choice, definePluginSchema, Type } from '@sluice/schema';
import { batchFields, BatchMetadata, checkConditions, entryFields } from '../shared/logger.schema.ts';

/** What `http-logger` can be told. */
export const httpLoggerSchema = definePluginSchema({
  name: 'http-logger',
  category: 'loggers',
  priority: 410,
  phases: ['access', 'body_filter', 'log'],
  title: 'HTTP logger',
  description: 'Sends what happened to a service over HTTP, in batches.',
  secrets: { config: ['auth_header'] },
  config: Type.Object({
    uri: Type.String({
      pattern: '^[^\\/]+:\\/\\/([\\da-zA-Z.-]+|\\[[\\da-fA-F:]+\\])(:\\d+)?',
      title: 'Address',
      description: 'Where entries are sent to, such as `https://logs.example.com/in`.',
    }),
    auth_header: Type.Optional(
      Type.String({ title: 'Authorization', description: 'Value of the header `Authorization`.' }),
    ),
    timeout: Type.Integer({
      default: 3,
      minimum: 1,
      title: 'Timeout',
      description: 'Seconds that the service is given.',
    }),
    concat_method: choice(['json', 'new_line'], {
      default: 'json',
      title: 'Form',
      description: 'A batch as a list in JSON, or as one entry in JSON per line.',
    }),
    ssl_verify: Type.Boolean({
      default: false,
      title: 'Verify certificate',
      description: 'Whether the certificate of the service must be valid.',
    }),
    ...batchFields('http logger'),
    ...entryFields,
  }),
  metadata: BatchMetadata,
  extraChecks: checkConditions,
});
