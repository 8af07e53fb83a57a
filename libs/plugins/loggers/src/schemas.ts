import type { PluginSchema } from '@sluice/schema';
import { fileLoggerSchema } from './file-logger/schema.ts';
import { httpLoggerSchema } from './http-logger/schema.ts';
import { kafkaLoggerSchema } from './kafka-logger/schema.ts';
import { syslogSchema } from './syslog/schema.ts';
import { udpLoggerSchema } from './udp-logger/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [
  fileLoggerSchema,
  httpLoggerSchema,
  kafkaLoggerSchema,
  syslogSchema,
  udpLoggerSchema,
];
