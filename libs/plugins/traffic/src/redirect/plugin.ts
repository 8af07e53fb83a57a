import { definePlugin, fieldText, reply, type MaybeReply, type RequestContext } from '@sluice/plugin-kit';
import { redirectSchema } from './schema.ts';
import { patternTarget, templateTarget } from './target.ts';

const HTTPS_PORT = 443;
const PORT_MAX = 65_535;

/** Answers with a `Location` instead of asking the upstream. */
export const redirect = definePlugin(redirectSchema, (config, kit) => {
  if (config.http_to_https) {
    const port = httpsPort(kit.attributes['https_port'], kit.httpsPorts);
    return { rewrite: (ctx) => toHttps(ctx, port) };
  }
  const target = targetOf(config);
  if (!target) return {};
  return {
    rewrite(ctx) {
      const raw = target(ctx);
      if (raw === undefined) return undefined;
      const location = config.encode_uri ? encoded(raw) : fieldText(raw);
      const { query } = ctx.request;
      const appends = config.append_query_string && query !== '';
      return reply(config.ret_code, null, { Location: appends ? withQuery(location, query) : location });
    },
  };
});

function targetOf({ uri, regex_uri: pair }: { readonly uri?: string; readonly regex_uri?: readonly string[] }) {
  if (uri !== undefined) return templateTarget(uri);
  const [pattern, replacement] = pair ?? [];
  return pattern !== undefined && replacement !== undefined ? patternTarget(pattern, replacement) : undefined;
}

/** A proxy before the gateway may have taken the TLS off. A method that may have a body must stay what it is: 308. */
function toHttps({ request }: RequestContext, port: number): MaybeReply {
  if ((request.headers.get('x-forwarded-proto') ?? request.scheme) === 'https') return undefined;
  const { host, uri } = request.original;
  const authority = port === HTTPS_PORT ? host : `${host}:${port}`;
  const status = request.method === 'GET' || request.method === 'HEAD' ? 301 : 308;
  return reply(status, null, { Location: `https://${authority}${uri}` });
}

/** The port of the attributes where there is one, else one where this data plane listens. */
function httpsPort(attribute: unknown, listening: readonly number[]): number {
  const port = attribute === undefined ? (listening[0] ?? HTTPS_PORT) : Number(attribute);
  return Number.isInteger(port) && port > 0 && port <= PORT_MAX ? port : HTTPS_PORT;
}

function encoded(text: string): string {
  return encodeURI(text.toWellFormed());
}

function withQuery(location: string, query: string): string {
  return `${location}${location.includes('?') ? '&' : '?'}${query}`;
}
