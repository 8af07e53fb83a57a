import { definePlugin, type MaybeReply, type RequestContext, reply } from '@sluice/plugin-kit';
import { withoutArgument } from './query-string.ts';
import { keyAuthSchema } from './schema.ts';

/** Establishes who a request is from by the key that it presents. */
export const keyAuth = definePlugin(keyAuthSchema, (config, { consumers, log }) => {
  const header = config.header.toLowerCase();
  const refused = (message: string) =>
    reply(401, { message }, { 'WWW-Authenticate': `apikey realm="${config.realm}"` });
  const missing = refused('Missing API key in request');
  const invalid = refused('Invalid API key in request');
  const unauthorized = refused('Invalid user authorization');

  /** Without a valid key a request is refused, or is the anonymous consumer's. */
  function fallBack(ctx: RequestContext, refusal: MaybeReply): MaybeReply {
    if (config.anonymous_consumer === undefined) return refusal;
    const anonymous = consumers.byUsername(config.anonymous_consumer);
    if (anonymous === undefined) {
      log.error('The anonymous consumer does not exist.', { username: config.anonymous_consumer, request: ctx.id });
      return unauthorized;
    }
    ctx.attachConsumer(anonymous);
    return undefined;
  }

  /** A key in one place hides nothing in the other, except for requests that end up anonymous. */
  function hideKey({ request }: RequestContext, isFromHeader: boolean): void {
    if (isFromHeader) request.headers.remove(header);
    else request.query = withoutArgument(request.query, config.query);
  }

  return {
    rewrite(ctx) {
      const fromHeader = ctx.request.headers.get(header);
      const key = fromHeader ?? ctx.request.arg(config.query);
      if (key === undefined) return fallBack(ctx, missing);
      // An empty key identifies nobody, whatever a consumer's configuration says.
      const match = key === '' ? undefined : consumers.find(key);
      if (config.hide_credentials) {
        hideKey(ctx, fromHeader !== undefined);
        if (match === undefined) hideKey(ctx, false);
      }
      if (match === undefined) return fallBack(ctx, invalid);
      ctx.attachConsumer(match.consumer);
      return undefined;
    },
  };
});
