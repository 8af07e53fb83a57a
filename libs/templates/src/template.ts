import { Names } from './names.ts';
import { Run } from './run.ts';
import { Statements } from './statements.ts';
import type { Table } from './table.ts';
import { TemplateError } from './template-error.ts';
import { TokenReader } from './token-reader.ts';
import { tokensOf } from './tokens.ts';

/** A template, compiled. */
export interface Template {
  /**
   * Writes the template. Names mean fields of `context`, which the template may change, and then of `helpers`, which are found in
   * `context` as well. Throws a
   * `TemplateError`.
   */
  render(context: Table, helpers?: Readonly<Record<string, unknown>>): string;
}

/**
 * Compiles a template in the syntax of lua-resty-template: `{{ }}` writes escaped for HTML, `{* *}` as it is, `{% %}` holds
 * code, `{# #}` comments. The code is the part of Lua that computes: expressions, `local`, assignments, `if`, `for`, and
 * functions of texts, numbers and tables. It is interpreted and reaches nothing but what it is given. Throws a
 * `TemplateError`.
 */
export function compileTemplate(source: string): Template {
  const names = new Names();
  const execute = guarded(() => new Statements(new TokenReader(tokensOf(source)), names).template());
  return {
    render(context, helpers = {}) {
      context.lend(helpers);
      const run = new Run(names.count, context);
      guarded(() => execute(run));
      return run.written;
    },
  };
}

/** What is wrong with a template; undefined where it can be used. */
export function checkTemplate(source: string): string | undefined {
  try {
    compileTemplate(source);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

function guarded<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateError('too deep or too long', { cause: error });
    throw error;
  }
}
