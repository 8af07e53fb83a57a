import {
  definePlugin,
  type HttpResponse,
  type MaybeReply,
  reply,
  type Reply,
  type RequestContext,
  streamReply,
} from '@sluice/plugin-kit';
import { listedHeaders } from '../shared/listed-headers.ts';
import { clientOptions } from '../shared/service-client.ts';
import { isAboutBody, questionOf } from './question.ts';
import { forwardAuthSchema } from './schema.ts';

const tooLarge = reply(413);
const unaskable = reply(400);

/** Lets a service decide about each request. */
export const forwardAuth = definePlugin(forwardAuthSchema, (config, kit) => {
  const { log } = kit;
  const client = kit.http(clientOptions(config));
  const question = questionOf(config, kit);
  const readsBody = isAboutBody(config);
  const toUpstream = listedHeaders(config.upstream_headers);
  const toClient = listedHeaders(config.client_headers);
  const withoutAnswer = config.allow_degradation ? undefined : reply(config.status_on_error);
  const { request_method: method, max_req_body_size: bytesMax } = config;

  /** What only the service may say, the client must not; also where the service says nothing. */
  function dropClaims({ request }: RequestContext): void {
    for (const [, name] of toUpstream) request.headers.remove(name);
  }

  function passOn({ request }: RequestContext, answer: HttpResponse): undefined {
    answer.discard();
    for (const [name, field] of toUpstream) {
      const value = answer.headers[field];
      if (value !== undefined) request.headers.set(name, value);
    }
  }

  function refusalOf(answer: HttpResponse): Reply {
    const headers: Record<string, readonly string[]> = {};
    for (const [name, field] of toClient) {
      const lines = answer.linesOf(field);
      if (lines.length > 0) headers[name] = lines;
    }
    return streamReply(answer.status, answer.body, headers);
  }

  async function ask(ctx: RequestContext, headers: Readonly<Record<string, string>>): Promise<Reply | undefined> {
    const isWithBody = method === 'POST' && ctx.request.hasBody;
    const body = isWithBody ? await ctx.request.readBody(bytesMax) : undefined;
    if (body === null) return tooLarge;
    dropClaims(ctx);
    try {
      const answer = await client.request(config.uri, { method, headers, body: body ?? null, signal: ctx.signal });
      return answer.status < 300 ? passOn(ctx, answer) : refusalOf(answer);
    } catch (error) {
      log.error('The service that decides about requests gives no answer.', { request: ctx.id, error: String(error) });
      return withoutAnswer;
    }
  }

  function decide(ctx: RequestContext): MaybeReply {
    const headers = question(ctx);
    // Never a failure of the service: that may let requests pass.
    if (headers === undefined) return unaskable;
    if (!ctx.isRehearsal) return ask(ctx, headers);
    dropClaims(ctx);
    return undefined;
  }

  async function decideByBody(ctx: RequestContext): Promise<Reply | undefined> {
    const body = await ctx.request.readBody(bytesMax);
    return body === null ? tooLarge : decide(ctx);
  }

  return { access: (ctx) => (readsBody && ctx.request.hasBody ? decideByBody(ctx) : decide(ctx)) };
});
