import type { Kit, RequestContext } from '@sluice/plugin-kit';

/** What a pattern captured; null where it did not match. */
export type Captures = RegExpExecArray | null;

/** A text with `$1` captures and `$var` variables, filled for a request. */
export type Filled = (ctx: RequestContext, captures: Captures) => string;

type Template = Kit['template'];

const capture = /\$(?:(\d)|\{(\d+)\})/;

/**
 * Compiles a text with captures and variables. Both are found in the configured text only: a capture that looks like a
 * variable stays what the client sent.
 */
export function replacement(source: string, template: Template): Filled {
  if (!source.includes('$')) return () => source;
  const found = capture.exec(source);
  if (found === null) return template(source);
  const before = replacement(source.slice(0, found.index), template);
  const after = replacement(source.slice(found.index + found[0].length), template);
  const group = Number(found[1] ?? found[2]);
  return (ctx, captures) => `${before(ctx, captures)}${captures?.[group] ?? ''}${after(ctx, captures)}`;
}

/**
 * Splits a configured target where its query begins. Only a question mark that is written there counts: one that a variable
 * or a capture brings is part of the path.
 */
export function splitQuery(source: string): [path: string, query: string | undefined] {
  for (const { 0: token, index } of source.matchAll(/\$\{[^}]*\}|\?/g))
    if (token === '?') return [source.slice(0, index), source.slice(index + 1)];
  return [source, undefined];
}
