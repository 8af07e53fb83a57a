import type { PluginSchema } from '@sluice/schema';
import { serverlessPostFunctionSchema } from './serverless-post-function/schema.ts';
import { serverlessPreFunctionSchema } from './serverless-pre-function/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [serverlessPreFunctionSchema, serverlessPostFunctionSchema];
