import { definePlugin } from '@sluice/plugin-kit';
import { functionHooks } from '../shared/function-hooks.ts';
import { serverlessPreFunctionSchema } from './schema.ts';

/** Runs functions of the configuration first in a phase. */
export const serverlessPreFunction = definePlugin(serverlessPreFunctionSchema, functionHooks);
