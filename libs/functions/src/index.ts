export { FunctionError, type FunctionFailure } from './function-error.ts';
export { checkFunction } from './function-source.ts';
export type { FunctionLimits, FunctionVariables } from './sandbox.ts';
export { compileFunction, SandboxedFunction } from './sandboxed-function.ts';
export { preloadInterpreter } from './sandbox-module.ts';
