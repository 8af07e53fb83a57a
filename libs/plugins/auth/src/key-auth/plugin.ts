import { definePlugin, type RequestContext } from '@sluice/plugin-kit';
import { withoutArgument } from '../shared/query-string.ts';
import { refusalsOf } from '../shared/refusals.ts';
import { keyAuthSchema } from './schema.ts';

/** Establishes who a request is from by the key that it presents. */
export const keyAuth = definePlugin(keyAuthSchema, (config, kit) => {
  const { consumers } = kit;
  const header = config.header.toLowerCase();
  const options = { challenge: `apikey realm="${config.realm}"`, anonymousConsumer: config.anonymous_consumer };
  const { refusal, refuse } = refusalsOf(options, kit);
  const missing = refusal('Missing API key in request');
  const invalid = refusal('Invalid API key in request');

  /** A key in one place hides nothing in the other, except for requests that end up anonymous. */
  function hideKey({ request }: RequestContext, isFromHeader: boolean): void {
    if (isFromHeader) request.headers.remove(header);
    else request.query = withoutArgument(request.query, config.query);
  }

  return {
    rewrite(ctx) {
      const fromHeader = ctx.request.headers.get(header);
      const key = fromHeader ?? ctx.request.arg(config.query);
      if (key === undefined) return refuse(ctx, missing);
      // An empty key identifies nobody, whatever a consumer's configuration says.
      const match = key === '' ? undefined : consumers.find(key);
      const answer = match === undefined ? refuse(ctx, invalid) : undefined;
      // A refused request keeps its key: another plugin may be asked about it next.
      if (answer !== undefined) return answer;
      if (config.hide_credentials) {
        hideKey(ctx, fromHeader !== undefined);
        if (match === undefined) hideKey(ctx, false);
      }
      if (match !== undefined) ctx.attachConsumer(match.consumer);
      return undefined;
    },
  };
});
