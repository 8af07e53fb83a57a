import { definePluginSchema } from '@sluice/schema';
import { checkFunctions, FunctionsConfig } from '../shared/functions.schema.ts';

/** What `serverless-pre-function` can be told. */
export const serverlessPreFunctionSchema = definePluginSchema({
  name: 'serverless-pre-function',
  category: 'serverless',
  priority: 10000,
  phases: ['rewrite', 'access', 'before_proxy', 'header_filter', 'body_filter', 'log'],
  title: 'Serverless pre-function',
  description: 'Runs functions of yours on requests and responses, as the first of the plugins of a phase.',
  differences: {
    functions: { meaning: 'JavaScript or TypeScript; Lua is refused when it is written.' },
  },
  config: FunctionsConfig,
  extraChecks: checkFunctions,
});
