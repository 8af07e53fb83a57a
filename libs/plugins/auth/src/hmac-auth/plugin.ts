import { hash } from 'node:crypto';
import { definePlugin, type MaybeReply, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';
import { refusalsOf } from '../shared/refusals.ts';
import { isSameSecret } from '../shared/secret-text.ts';
import { hmacAuthSchema } from './schema.ts';
import { type Signer, signerOf } from './signer.ts';

const scheme = /^signature\b/i;
const reasonless = "client request can't be validated";
const tooLarge = reply(413);

/** Establishes who a request is from by a signature over parts of it. */
export const hmacAuth = definePlugin(hmacAuthSchema, (config, kit) => {
  const { log } = kit;
  const options = { challenge: `hmac realm="${config.realm}"`, anonymousConsumer: config.anonymous_consumer };
  const { refusal, refuse } = refusalsOf(options, kit);
  const missing = refusal(`${reasonless}: missing Authorization header`);
  const unsigned = refusal(`${reasonless}: Authorization header does not start with 'Signature'`);
  const invalid = refusal(reasonless);
  const signer = signerOf(config, kit);

  /** Takes the signature out of a request that goes on. */
  function hidden({ request }: RequestContext, answer: Reply | undefined): Reply | undefined {
    if (answer === undefined && config.hide_credentials) request.headers.remove('authorization');
    return answer;
  }

  function conclude(ctx: RequestContext, found: Signer): Reply | undefined {
    if (typeof found === 'string') {
      log.info('A request could not be validated.', { request: ctx.id, reason: found });
      return hidden(ctx, refuse(ctx, invalid));
    }
    ctx.attachConsumer(found.consumer);
    return hidden(ctx, undefined);
  }

  async function concludeWithBody(ctx: RequestContext, found: Signer): Promise<Reply | undefined> {
    const body = await ctx.request.readBody(config.max_req_body_size);
    if (body === null) return tooLarge;
    const digest = ctx.request.headers.get('digest') ?? '';
    const isGood = isSameSecret(digest, `SHA-256=${hash('sha256', body, 'base64')}`);
    return conclude(ctx, isGood ? found : 'Invalid digest');
  }

  return {
    rewrite(ctx): MaybeReply {
      const header = ctx.request.headers.get('authorization');
      if (header === undefined) return refuse(ctx, missing);
      if (!scheme.test(header)) return hidden(ctx, refuse(ctx, unsigned));
      const found = signer(ctx, header);
      // A body is only read for whoever could sign the rest.
      const isDone = typeof found === 'string' || !config.validate_request_body;
      return isDone ? conclude(ctx, found) : concludeWithBody(ctx, found);
    },
  };
});
