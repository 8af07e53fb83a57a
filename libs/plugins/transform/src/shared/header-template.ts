import { fieldTemplate, type Kit, type RequestContext } from '@sluice/plugin-kit';

/** Compiles headers as they are configured, with variables. */
export function headerTemplates(headers: Readonly<Record<string, string | number>>, template: Kit['template']) {
  const lines = Object.entries(headers).map(([name, value]) => [name, fieldTemplate(String(value), template)] as const);
  return (ctx: RequestContext): Record<string, string> =>
    Object.fromEntries(lines.map(([name, value]) => [name, value(ctx)]));
}
