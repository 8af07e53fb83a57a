import {
  type BodyTransform,
  definePlugin,
  type Log,
  type Reply,
  reply,
  type RequestContext,
  wholeBody,
} from '@sluice/plugin-kit';
import { TemplateError } from '@sluice/templates';
import { forgetBody } from '../shared/body-headers.ts';
import { isReadable, unpackBody } from '../shared/unpack-body.ts';
import { formatOf } from './body-formats.ts';
import { type BodyFormat, bodyTransformerSchema } from './schema.ts';
import { type Transformer, transformer } from './transformer.ts';
import { UnreadableBody } from './unreadable-body.ts';

const tooLarge = reply(413);
const nothing = Buffer.of();

/** What was said of a response's body before that was forgotten. */
interface DueResponse {
  readonly coding: string | undefined;
  readonly format: BodyFormat | undefined;
}

/** Makes other bodies of those of requests and responses. */
export const bodyTransformer = definePlugin(bodyTransformerSchema, (config, { log }) => {
  const { request, max_req_body_size: requestMax, max_resp_body_size: responseMax } = config;
  const transformRequest = request && transformer(request);
  const transformResponse = config.response && transformer(config.response);
  // Of this configuration alone: a global rule may transform as well.
  const due = Symbol('response to be transformed');

  return {
    rewrite(ctx) {
      // An answer that another plugin gives before this one is not meant.
      if (transformResponse) ctx.state.set(due, null);
      return transformRequest && changeRequest(ctx, transformRequest, request.input_format, requestMax, log);
    },
    responseHeader(ctx) {
      if (!ctx.state.has(due)) return;
      const { status, headers } = ctx.response;
      const coding = headers.get('content-encoding')?.toLowerCase();
      const hasBody = status !== 204 && status !== 304;
      if (!hasBody || !isReadable(coding)) {
        if (hasBody) log.warn('A body of this content coding cannot be transformed.', { coding, request: ctx.id });
        ctx.state.delete(due);
        return;
      }
      const format = config.response?.input_format ?? formatOf(headers.get('content-type'));
      ctx.state.set(due, { coding, format } satisfies DueResponse);
      forgetBody(headers);
    },
    responseBody(ctx) {
      const response = ctx.state.get(due) as DueResponse | null | undefined;
      // An answer to HEAD has no body, only the headers of one.
      if (!response || !transformResponse || ctx.request.original.method === 'HEAD') return undefined;
      return changedResponse(ctx, transformResponse, response, responseMax, log);
    },
  };
});

async function changeRequest(
  ctx: RequestContext,
  transform: Transformer,
  configured: BodyFormat | undefined,
  bytesMax: number,
  log: Log,
): Promise<Reply | undefined> {
  const { request } = ctx;
  const contentType = request.headers.get('content-type');
  const bytes = request.hasBody ? await request.readBody(bytesMax) : nothing;
  if (bytes === null) return tooLarge;
  const read = request.method === 'GET' ? 'args' : (configured ?? formatOf(contentType));
  // A body that is not there cannot be wrong, but for the query nobody needs a body.
  const format = bytes.length === 0 && read !== 'args' ? undefined : read;
  try {
    request.setBody(await transform(ctx, format, { bytes, contentType, query: request.query }));
    return undefined;
  } catch (error) {
    const [status, message] = refusalOf(error);
    log.warn('A request could not be transformed.', { error: message, request: ctx.id });
    return reply(status, { message });
  }
}

function refusalOf(error: unknown): readonly [status: number, message: string] {
  if (error instanceof UnreadableBody) return [400, `request body decode: ${error.message}`];
  if (error instanceof TemplateError) return [503, `request template rendering: ${error.message}`];
  throw error;
}

/** What cannot be transformed goes to the client as it is. */
function changedResponse(
  ctx: RequestContext,
  transform: Transformer,
  { coding, format }: DueResponse,
  bytesMax: number,
  log: Log,
): BodyTransform {
  const contentType = ctx.response.headers.get('content-type');
  const isPacked = coding !== undefined && coding !== 'identity';
  const change = async (body: Uint8Array): Promise<Uint8Array> => {
    const bytes = await unpackBody(body, coding, bytesMax);
    try {
      const isThere = bytes.length > 0 || format === 'args';
      return await transform(ctx, isThere ? format : undefined, { bytes, contentType, query: ctx.request.query });
    } catch (error) {
      if (!(error instanceof UnreadableBody) && !(error instanceof TemplateError)) throw error;
      log.warn('A response could not be transformed.', { error: error.message, request: ctx.id });
      return bytes;
    }
  };
  return wholeBody(bytesMax, change, () => {
    log.warn('A response is too large to be transformed.', { request: ctx.id });
    // Nobody could read it any more: that it is packed has been taken out of its head.
    if (isPacked) throw new Error('a packed body is too large to be transformed');
  });
}
