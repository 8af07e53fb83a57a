import { compilePattern } from '@sluice/expr';
import type { RequestContext } from '@sluice/plugin-kit';

/** Where a request is sent; undefined: nowhere. */
export type Target = (ctx: RequestContext) => string | undefined;

const variable = /\\\$\w+|\$\{(\w+)\}|\$(\w+)/g;
const capture = /\$\{(\d+)\}|\$(\d+)/g;

/** A text with `$var` and `${var}`; `\$var` stays as it is written. */
export function templateTarget(source: string): Target {
  const pieces = piecesOf(source, variable);
  return (ctx) => pieces.map((piece) => (typeof piece === 'string' ? piece : safe(ctx.variable(piece.name)))).join('');
}

/** The path with what a pattern matches in it replaced. */
export function patternTarget(pattern: string, replacement: string): Target {
  const expression = compilePattern(pattern);
  const pieces = piecesOf(replacement, capture);
  return (ctx) => {
    const path = ctx.variable('uri') ?? '';
    const found = expression.exec(path);
    if (found === null) return undefined;
    const filled = pieces.map((piece) => (typeof piece === 'string' ? piece : safe(found[Number(piece.name)])));
    return `${safe(path.slice(0, found.index))}${filled.join('')}${safe(path.slice(found.index + found[0].length))}`;
  };
}

function piecesOf(source: string, reference: RegExp): (string | { readonly name: string })[] {
  const pieces: (string | { readonly name: string })[] = [];
  let end = 0;
  for (const found of source.matchAll(reference)) {
    const name = found[1] ?? found[2];
    if (name === undefined) continue;
    pieces.push(source.slice(end, found.index), { name });
    end = found.index + found[0].length;
  }
  return [...pieces, source.slice(end)];
}

/**
 * What a client sent, decoded, as it may stand in a `Location`: without line breaks, which would split the answer, and
 * without backslashes, which browsers take for slashes, so that `/\evil.net` would lead to another host.
 */
function safe(text: string | undefined): string {
  return (text ?? '').replaceAll(/[\p{Cc}\\]/gu, (char) => encodeURIComponent(char));
}
