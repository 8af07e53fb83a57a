import { addressSet, type AddressSet } from '@sluice/expr';
import { definePlugin, type RequestContext } from '@sluice/plugin-kit';
import { parseEndpoint } from './endpoint.ts';
import { realIpSchema } from './schema.ts';

const FORWARDED = 'http_x_forwarded_for';

/** Believes a proxy about who its client is. Runs first, so that every other plugin sees the address. */
export const realIp = definePlugin(realIpSchema, (config, { log }) => {
  const isTrusted = config.trusted_addresses && addressSet(config.trusted_addresses);
  const skipped = config.recursive ? isTrusted : undefined;
  const read = (ctx: RequestContext): string | undefined =>
    config.source === FORWARDED ? forwardedFor(ctx, skipped) : ctx.variable(config.source);

  return {
    rewrite(ctx) {
      if (isTrusted && !isTrusted(ctx.client.ip)) return undefined;
      const text = read(ctx);
      const endpoint = text === undefined ? undefined : parseEndpoint(text);
      if (endpoint === undefined) {
        log.warn('There is no address of the client where it should be.', { source: config.source, request: ctx.id });
        return undefined;
      }
      ctx.client.ip = endpoint.ip;
      if (endpoint.port !== undefined) ctx.client.port = endpoint.port;
      return undefined;
    },
  };
});

/** Proxies append, so the end of the last line is what the nearest of them says. */
function forwardedFor({ request }: RequestContext, isSkipped: AddressSet | undefined): string | undefined {
  const line = request.headers.getAll('x-forwarded-for').at(-1);
  if (line === undefined) return undefined;
  const items = line.split(',');
  let at = items.length - 1;
  while (isSkipped && at > 0 && isSkipped((items[at] ?? '').trim())) at -= 1;
  return items[at]?.trim();
}
