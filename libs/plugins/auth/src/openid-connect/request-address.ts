import type { RequestContext } from '@sluice/plugin-kit';

const usualEnding = '/.apisix/redirect';

/** Whether the client has come by TLS, be it up to a proxy in front of the gateway, which is believed. */
export function isByTls({ request }: RequestContext): boolean {
  return (firstOf(request.headers.get('x-forwarded-proto')) ?? request.scheme) === 'https';
}

/** Scheme and host by which the client knows this gateway. What is not believed of a proxy is not there any more. */
export function originOf(ctx: RequestContext): string {
  const { headers, original } = ctx.request;
  const host = firstOf(headers.get('x-forwarded-host')) ?? headers.get('host') ?? original.host;
  return `${isByTls(ctx) ? 'https' : 'http'}://${host}`;
}

/** Where the provider shall send the browser back to. */
export function redirectAddress(ctx: RequestContext, configured: string | undefined): string {
  if (configured !== undefined && !configured.startsWith('/')) return configured;
  return `${originOf(ctx)}${configured ?? usualWayBack(ctx.request.original.path)}`;
}

/** The path at which browsers come back; undefined where it depends on where they wanted to go. */
export function wayBackOf(configured: string | undefined): string | undefined {
  return configured === undefined ? undefined : new URL(configured, 'http://host').pathname;
}

/** Whether a request may be that of a browser that the provider has sent back. */
export function isWayBack({ request }: RequestContext, path: string | undefined): boolean {
  const { path: asked } = request.original;
  return path === undefined ? asked.endsWith(usualEnding) : asked === path;
}

function usualWayBack(path: string): string {
  if (path.endsWith(usualEnding)) return path;
  return `${path.endsWith('/') ? path.slice(0, -1) : path}${usualEnding}`;
}

/** An address that every browser reads as one of this host: two slashes at the beginning would be another host. */
export function ownAddress(uri: string): string {
  if (!uri.startsWith('/')) return '/';
  // Browsers leave out controls, and take a backslash for a slash.
  const plain = uri.replaceAll(unsafe, (character) => encodeURIComponent(character));
  return /^\/[/\\]/.test(plain) ? `/.${plain}` : plain;
}

// oxlint-disable-next-line no-control-regex -- controls are what it is about.
const unsafe = /[\u0000-\u0020\u007f]/g;

function firstOf(value: string | undefined): string | undefined {
  return value?.split(',', 1)[0]?.trim();
}
