import type { PluginSchema } from '@sluice/schema';
import { proxyRewriteSchema } from './proxy-rewrite/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [proxyRewriteSchema];
