import { type Kit, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';

/** What becomes of requests without valid credentials. */
export interface Refusals {
  /** A 401 with the challenge. Made in `setup`. */
  refusal(message: string): Reply;
  /** Answers `refusal`, or nothing where the request goes on in the name of the anonymous consumer. */
  refuse(ctx: RequestContext, refusal: Reply): Reply | undefined;
}

interface RefusalOptions {
  /** Value of `WWW-Authenticate`. */
  readonly challenge: string;
  readonly anonymousConsumer: string | undefined;
}

/** Refusals with a challenge, or the anonymous consumer in place of them. */
export function refusalsOf(
  { challenge, anonymousConsumer: username }: RefusalOptions,
  { consumers, log }: Pick<Kit, 'consumers' | 'log'>,
): Refusals {
  const refusal = (message: string): Reply => reply(401, { message }, { 'WWW-Authenticate': challenge });
  const unauthorized = refusal('Invalid user authorization');
  if (username === undefined) return { refusal, refuse: (_ctx, answer) => answer };
  return {
    refusal,
    refuse(ctx) {
      const anonymous = consumers.byUsername(username);
      if (anonymous === undefined) {
        log.error('The anonymous consumer does not exist.', { username, request: ctx.id });
        return unauthorized;
      }
      ctx.attachConsumer(anonymous);
      return undefined;
    },
  };
}
