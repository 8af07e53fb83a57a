import { choice, type RuleHooks, Type } from '@sluice/schema';

/** The configuration of both plugins, which differ in their place among the others. */
export const FunctionsConfig = Type.Object({
  functions: Type.Array(Type.String({ 'x-widget': 'long-text' }), {
    minItems: 1,
    title: 'Functions',
    description:
      'Sources of functions in JavaScript or TypeScript, `(conf, ctx) => …`, run one after the other; the first answer ends the request.',
  }),
  phase: choice(['rewrite', 'access', 'header_filter', 'body_filter', 'log', 'before_proxy'], {
    default: 'access',
    title: 'Phase',
    description: 'When the functions run.',
  }),
});

/** What is wrong with the sources; undefined for nothing. Nothing of them is run. */
export function checkFunctions(
  { functions }: { readonly functions: readonly string[] },
  hooks: RuleHooks | undefined,
): string | undefined {
  for (const [at, source] of functions.entries()) {
    const problem = isLua(source) ? luaRefusal : hooks?.checkFunction?.(source);
    if (problem !== undefined) return `failed to load functions[${at}]: ${problem}`;
  }
  return undefined;
}

const luaRefusal = `it is Lua, which is not run here: write it in JavaScript, such as "(conf, ctx) => ({ status: 403 })"`;

/** A chunk that gives back a function, the form that Lua has here, is no expression of JavaScript. */
function isLua(source: string): boolean {
  return /^\s*(?:--.*\n\s*)*(?:local\s|return\s+function\b)/.test(source);
}
