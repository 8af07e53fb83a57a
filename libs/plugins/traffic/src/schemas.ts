import type { PluginSchema } from '@sluice/schema';
import { limitCountSchema } from './limit-count/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [limitCountSchema];
