import type { PluginSchema } from '@sluice/schema';
import { httpLoggerSchema } from './http-logger/schema.ts';
import { udpLoggerSchema } from './udp-logger/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [httpLoggerSchema, udpLoggerSchema];
