import type { PluginSchema } from '@sluice/schema';
import { prometheusSchema } from './prometheus/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [prometheusSchema];
