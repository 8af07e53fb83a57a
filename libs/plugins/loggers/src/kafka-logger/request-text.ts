import type { RequestContext } from '@sluice/plugin-kit';
import { bodyText } from '../shared/body-text.ts';
import type { KeptBodies } from '../shared/log-entry.ts';

/** A request as it came in: line, fields with names in lower case, and what was kept of its body. */
export function requestText(ctx: RequestContext, bodies: KeptBodies): string {
  const { method, uri } = ctx.request.original;
  let text = `${method} ${uri} HTTP/${ctx.request.httpVersion}\r\n`;
  for (const [name, value] of ctx.request.headers.entries()) text += `${name.toLowerCase()}: ${value}\r\n`;
  return `${text}\r\n${bodyText(bodies.request) ?? ''}`;
}
