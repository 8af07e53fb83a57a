import { definePluginSchema } from '@sluice/schema';
import { checkFunctions, FunctionsConfig } from '../shared/functions.schema.ts';

/** What `serverless-post-function` can be told. */
export const serverlessPostFunctionSchema = definePluginSchema({
  name: 'serverless-post-function',
  category: 'serverless',
  priority: -2000,
  phases: ['rewrite', 'access', 'before_proxy', 'header_filter', 'body_filter', 'log'],
  title: 'Serverless post-function',
  description: 'Runs functions of yours on requests and responses, as the last of the plugins of a phase.',
  differences: {
    functions: { meaning: 'JavaScript or TypeScript; Lua is refused when it is written.' },
  },
  config: FunctionsConfig,
  extraChecks: checkFunctions,
});
