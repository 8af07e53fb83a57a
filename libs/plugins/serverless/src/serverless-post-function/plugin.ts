import { definePlugin } from '@sluice/plugin-kit';
import { functionHooks } from '../shared/function-hooks.ts';
import { serverlessPostFunctionSchema } from './schema.ts';

/** Runs functions of the configuration last in a phase. */
export const serverlessPostFunction = definePlugin(serverlessPostFunctionSchema, functionHooks);
