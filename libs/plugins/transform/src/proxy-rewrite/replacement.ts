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
