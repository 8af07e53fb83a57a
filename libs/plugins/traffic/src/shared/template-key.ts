import type { Kit, RequestContext } from '@sluice/plugin-kit';

const variable = /(?<!\\)\$(?:\{\s*([\w.]+)\s*(\?\?)?|([\w.]+))/g;

/**
 * Compiles a template that tells clients apart. It answers undefined for a request that gives none of its variables a
 * value: such requests have nothing in common, and must not share a counter. A default counts as a value.
 */
export function templateKey(source: string, template: Kit['template']): (ctx: RequestContext) => string | undefined {
  const filled = template(source);
  const found = [...source.matchAll(variable)];
  const names = found.map(([, braced, , plain]) => braced ?? plain ?? '');
  if (found.some(([, , hasDefault]) => hasDefault !== undefined)) return filled;
  return (ctx) => (names.some((name) => ctx.variable(name) !== undefined) ? filled(ctx) : undefined);
}
