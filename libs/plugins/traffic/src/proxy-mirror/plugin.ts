import { randomInt } from 'node:crypto';
import { definePlugin, type RequestContext } from '@sluice/plugin-kit';
import { BodyCopy, type CopyBudget } from './body-copy.ts';
import { mirrorUpstream } from './mirror.ts';
import { proxyMirrorSchema } from './schema.ts';

/** Shares are not told apart more finely. */
const SHARE_STEPS = 100_000;
/** How far a mirror may lag behind the body of a request. */
const LAG_BYTES_MAX = 1024 * 1024;
/** How much of the bodies all copies of one configuration may hold. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;
/** Copies that may be under way at once, unless `plugin_attr.proxy-mirror.max_copies` says otherwise. */
const COPIES_MAX = 1000;
/** A mirror that fails now and then is not noted each time. */
const NOTE_EVERY_MS = 10_000;
/** What is read of an answer before its connection is given up. */
const ANSWER_BYTES_MAX = 256 * 1024;

/** The copy of a request, as far as it is decided before it is sent. */
interface Copy {
  readonly path: string;
  readonly query: string;
  isSent: boolean;
}

/** Sends copies of requests to another server as well. */
export const proxyMirror = definePlugin(proxyMirrorSchema, (config, kit) => {
  const upstream = mirrorUpstream(config.host, kit);
  const { path, sample_ratio: ratio } = config;
  const isPrefix = config.path_concat_mode === 'prefix';
  const copyKey = Symbol('proxy-mirror copy');
  const budget: CopyBudget = { bytesLeft: HELD_BYTES_MAX };
  const configured = Number(kit.attributes['max_copies']);
  const copiesMax = configured > 0 ? configured : COPIES_MAX;
  let copiesUnderWay = 0;
  let isFailing = false;
  let notedAt = -Infinity;
  const isSampled = (): boolean => ratio === 1 || randomInt(SHARE_STEPS) < ratio * SHARE_STEPS;

  /** Failures of a mirror concern nobody but its operator, who need not read of each. */
  function note(error: unknown): void {
    const now = kit.clock.now();
    if (error !== undefined && !isFailing && now - notedAt >= NOTE_EVERY_MS) {
      notedAt = now;
      kit.log.warn('a mirror does not answer', { host: config.host, error: String(error) });
    }
    isFailing = error !== undefined;
  }

  async function send(ctx: RequestContext, copy: Copy, body: BodyCopy | null): Promise<void> {
    const message = { upstream, path: copy.path, query: copy.query, isDetached: true };
    copiesUnderWay += 1;
    try {
      const answer = await ctx.send(body === null ? message : { ...message, body, signal: body.signal });
      note(undefined);
      await answer.read(ANSWER_BYTES_MAX);
    } catch (error) {
      if (body?.signal.aborted !== true) note(error);
    } finally {
      copiesUnderWay -= 1;
      body?.giveUp();
    }
  }

  return {
    rewrite(ctx) {
      const { request } = ctx;
      // An upgraded connection is no message that could be copied.
      if (ctx.isRehearsal || request.headers.has('upgrade') || !isSampled()) return undefined;
      const target = path === undefined ? request.path : isPrefix ? path + request.path : path;
      ctx.state.set(copyKey, { path: target, query: request.query, isSent: false } satisfies Copy);
      return undefined;
    },

    beforeProxy(ctx) {
      const copy = ctx.state.get(copyKey) as Copy | undefined;
      // A further try is not a further request.
      if (copy === undefined || copy.isSent) return undefined;
      copy.isSent = true;
      if (copiesUnderWay >= copiesMax) {
        note(new Error(`${copiesUnderWay} copies wait for it, further ones are left out`));
        return undefined;
      }
      const body = ctx.request.hasBody ? new BodyCopy(LAG_BYTES_MAX, budget) : null;
      if (body !== null) {
        ctx.request.transformBody(body);
        ctx.afterResponse(() => body.close());
      }
      void send(ctx, copy, body);
      return undefined;
    },
  };
});
