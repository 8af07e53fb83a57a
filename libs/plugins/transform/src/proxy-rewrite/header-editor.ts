import { bytesText, fieldText, type Kit, type RequestContext } from '@sluice/plugin-kit';
import { type Captures, type Filled, replacement } from './replacement.ts';
import type { HeaderChanges, HeaderLine, HeaderLines } from './schema.ts';

/** Changes the headers of a request. */
export type HeaderEditor = (ctx: RequestContext, captures: Captures) => void;

interface NamedLines {
  readonly name: string;
  readonly lines: readonly Filled[];
}

/** Compiles header changes. They are made in the order add, set, remove, so that the strongest has the last word. */
export function headerEditor({ add, set, remove = [] }: HeaderChanges, template: Kit['template']): HeaderEditor {
  const [added, replaced] = [namedLines(add, template), namedLines(set, template)];
  return (ctx, captures) => {
    const { headers } = ctx.request;
    for (const { name, lines } of added) for (const line of lines) headers.append(name, line(ctx, captures));
    for (const { name, lines } of replaced) headers.set(name, valueOf(lines, ctx, captures));
    for (const name of remove) headers.remove(name);
  };
}

function namedLines(headers: HeaderLines = {}, template: Kit['template']): NamedLines[] {
  return Object.entries(headers).map(([name, value]) => {
    const lines = Array.isArray(value) ? (value as readonly HeaderLine[]) : [value as HeaderLine];
    return { name, lines: lines.map((line) => filledLine(String(line), template)) };
  });
}

/** A capture is decoded text of the client's and may hold a line break. */
function filledLine(value: string, template: Kit['template']): Filled {
  const source = bytesText(value);
  if (!source.includes('$')) return () => source;
  const filled = replacement(source, template);
  return (ctx, captures) => fieldText(filled(ctx, captures));
}

function valueOf(lines: readonly Filled[], ctx: RequestContext, captures: Captures): string | string[] {
  const [first, second] = lines;
  if (first && !second) return first(ctx, captures);
  return lines.map((line) => line(ctx, captures));
}
