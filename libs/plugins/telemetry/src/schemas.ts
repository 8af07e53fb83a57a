import type { PluginSchema } from '@sluice/schema';
import { opentelemetrySchema } from './opentelemetry/schema.ts';
import { prometheusSchema } from './prometheus/schema.ts';
import { zipkinSchema } from './zipkin/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [opentelemetrySchema, prometheusSchema, zipkinSchema];
