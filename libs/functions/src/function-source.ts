import { stripTypeScriptTypes } from 'node:module';
import { FunctionError } from './function-error.ts';
import { syntaxProblem } from './host-engine.ts';

const lengthMax = 64 * 1024;

/** What is wrong with the source of a function; undefined where it can be used. Nothing of it is run. */
export function checkFunction(source: string): string | undefined {
  try {
    functionExpression(source);
    return undefined;
  } catch (error) {
    if (error instanceof FunctionError) return error.message;
    throw error;
  }
}

/** The source as one JavaScript expression, types taken out. Throws a FunctionError where it is no function. */
export function functionExpression(source: string): string {
  if (source.length > lengthMax) throw new FunctionError('source', `is longer than ${lengthMax} characters`);
  if (!looksLikeFunction(source)) throw new FunctionError('source', 'is not the source of a function');
  const plain = wrapped(source);
  const problem = expressionProblem(source);
  if (problem === undefined) return plain;
  if (isLua(source)) throw new FunctionError('source', luaRefusal);
  const stripped = withoutTypes(plain);
  // What stripping leaves is judged again: it must be one expression, in parentheses of ours and not of its own.
  if (stripped !== undefined && expressionProblem(stripped.slice(1, -1)) === undefined) return stripped;
  throw new FunctionError('source', `is not valid JavaScript: ${problem}`);
}

const luaRefusal =
  'is Lua, which is not run here: write it in JavaScript, such as "function (vars) { return vars.arg_name === \'json\'; }"';

/** A function without a name is an expression only inside parentheses; the line break ends a comment. */
function wrapped(source: string): string {
  return `(${source}\n)`;
}

/** Text that would close the parentheses and go on with statements of its own does not fit into brackets as well. */
function expressionProblem(source: string): string | undefined {
  return syntaxProblem(wrapped(source)) ?? syntaxProblem(`[${source}\n]`);
}

function looksLikeFunction(source: string): boolean {
  return /^\s*(?:async\s+)?(?:function\b|\(|\w+\s*=>)/.test(source);
}

/** A function of Lua ends in `end` and has no brace after its parameters. */
function isLua(source: string): boolean {
  return /^\s*function\s*[\w.:]*\s*\([^)]*\)(?!\s*[{:])/.test(source) && /\bend\s*\)?;?\s*$/.test(source);
}

function withoutTypes(expression: string): string | undefined {
  try {
    return stripTypeScriptTypes(expression);
  } catch {
    // What is no TypeScript either is reported in the words of the JavaScript engine.
    return undefined;
  }
}
