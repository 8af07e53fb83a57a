import { bytesText, definePlugin, fieldText, type MaybeReply, reply, type RequestContext } from '@sluice/plugin-kit';
import { encodePath } from '../shared/percent-encoding.ts';
import { grpcWebSchema } from './schema.ts';
import { bytesOfText, limited, webBody } from './web-body.ts';

/** Media type that the client wants its answer in; whether that is Base64. */
const types: ReadonlyMap<string, boolean> = new Map([
  ['application/grpc-web', false],
  ['application/grpc-web+proto', false],
  ['application/grpc-web-text', true],
  ['application/grpc-web-text+proto', true],
]);

const TYPE = Symbol('media type of the client');
const page = { 'Content-Type': 'text/html' };
const preflight = reply(204);
const unfitMethod = reply(405, null, page);
const unfit = reply(400, null, page);

/** Unwraps calls of browsers for gRPC servers, and wraps what these answer. */
export const grpcWeb = definePlugin(grpcWebSchema, ({ cors_allow_headers: allowed, max_req_body_size: bytesMax }) => {
  const allowedHeaders = fieldText(bytesText(allowed));

  function forward(ctx: RequestContext, type: string): void {
    const { request, route } = ctx;
    const rest = route?.params['ext'];
    // The rest is decoded: written as it is, it could end the request line.
    if (rest !== undefined) request.path = encodePath(rest.startsWith('/') ? rest : `/${rest}`);
    request.headers.set('Content-Type', 'application/grpc');
    request.headers.set('TE', 'trailers');
    ctx.state.set(TYPE, type);
  }

  async function unwrap(ctx: RequestContext, type: string) {
    const body = await ctx.request.readBody(bytesMax);
    const bytes = body === null ? undefined : bytesOfText(body);
    if (bytes === undefined) return unfit;
    ctx.request.setBody(bytes);
    forward(ctx, type);
    return undefined;
  }

  return {
    access(ctx): MaybeReply {
      const { request } = ctx;
      if (request.method === 'OPTIONS') return preflight;
      if (request.method !== 'POST') return unfitMethod;
      const type = request.headers.get('content-type') ?? '';
      const isText = types.get(type);
      if (isText === undefined || !request.hasBody || request.bodyLength === 0) return unfit;
      if (request.bodyLength > bytesMax) return unfit;
      if (isText) return unwrap(ctx, type);
      if (request.bodyLength < 0) request.transformBody(limited(bytesMax, unfit));
      forward(ctx, type);
      return undefined;
    },
    responseHeader({ request, response, state }) {
      const { headers } = response;
      if (request.original.method === 'OPTIONS') {
        headers.set('Access-Control-Allow-Methods', 'POST');
        headers.set('Access-Control-Allow-Headers', allowedHeaders);
      }
      // Where somebody else decides by the origin, no word about it means no.
      const isDecided = headers.has('access-control-allow-origin') || variesByOrigin(headers.getAll('vary'));
      if (!isDecided) headers.set('Access-Control-Allow-Origin', '*');
      headers.set('Access-Control-Expose-Headers', 'grpc-message,grpc-status');
      if (!state.has(TYPE)) return;
      if (response.origin !== 'upstream') return void state.delete(TYPE);
      headers.remove('content-length');
      headers.set('Content-Type', state.get(TYPE) as string);
    },
    responseBody({ response, state }) {
      const type = state.get(TYPE) as string | undefined;
      return type === undefined ? undefined : webBody(response, types.get(type) === true);
    },
  };
});

function variesByOrigin(lines: readonly string[]): boolean {
  return lines.some((line) => line.split(',').some((name) => name.trim().toLowerCase() === 'origin'));
}
