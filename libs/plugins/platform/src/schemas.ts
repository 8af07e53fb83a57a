import type { PluginSchema } from '@sluice/schema';
import { batchRequestsSchema } from './batch-requests/schema.ts';
import { publicApiSchema } from './public-api/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [batchRequestsSchema, publicApiSchema];
