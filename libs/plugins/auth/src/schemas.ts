import type { PluginSchema } from '@sluice/schema';
import { keyAuthSchema } from './key-auth/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [keyAuthSchema];
