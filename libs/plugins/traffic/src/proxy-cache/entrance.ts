import type { Found, Lookup } from '@sluice/http-cache';
import { type FetchTurn, type Log, type MaybeReply, type Reply, reply, type RequestContext } from '@sluice/plugin-kit';
import { updateInBackground } from './background.ts';
import { isAnySet } from './cache-key.ts';
import { askForChange, askForWhole } from './conditional-request.ts';
import type { CacheConfig, ResponseCache } from './response-cache.ts';
import { held, replyFrom } from './stored-answer.ts';
import { type CacheStatus, endTurn, type Fetching, fieldsNow, type Visit, type Wishes, wishesOf } from './visit.ts';

/** How long a request waits for another one that fetches the same. */
const waitMs = 5_000;

const unavailable = reply(504);

/** A request at the entrance: what is asked of the cache, and how it is told what became of it. */
interface Asking {
  readonly ctx: RequestContext;
  readonly key: string;
  readonly wishes: Wishes;
  readonly lookup: Lookup;
  readonly progress: Progress;
}

/** What a request has been through that looks for the same once more. */
interface Progress {
  /** It has waited for another request already. */
  readonly hasWaited: boolean;
  /** Its own turn, which it holds while it looks again. */
  readonly turn: FetchTurn | null;
  /** Something has been waited for: the client may have gone meanwhile. */
  readonly isDeferred: boolean;
}

const fresh: Progress = { hasWaited: false, turn: null, isDeferred: false };
const deferred: Progress = { ...fresh, isDeferred: true };

/** Answers from the cache, or lets a request pass to the upstream. */
export class Entrance {
  readonly #cache: ResponseCache;
  readonly #config: CacheConfig;
  readonly #log: Log;
  readonly #note: (ctx: RequestContext, visit: Visit) => void;

  /** `note` keeps what is known of a request until its answer comes. */
  constructor(cache: ResponseCache, config: CacheConfig, log: Log, note: (ctx: RequestContext, visit: Visit) => void) {
    this.#cache = cache;
    this.#config = config;
    this.#log = log;
    this.#note = note;
  }

  /** Looks for an answer, at once where that is possible. */
  enter(ctx: RequestContext, key: string, progress = fresh): MaybeReply {
    const wishes = wishesOf(ctx, this.#cache.isRfc);
    const lookup = this.#cache.lookUp(key, ctx.request.headers);
    if (!(lookup instanceof Promise)) return this.#decide({ ctx, key, wishes, lookup, progress });
    return lookup.then((found) =>
      this.#decide({ ctx, key, wishes, lookup: found, progress: { ...progress, isDeferred: true } }),
    );
  }

  /** The same for a request whose key had to be waited for; null where it has none. */
  enterLate(ctx: RequestContext, key: string | null): MaybeReply {
    return key === null ? this.pass(ctx, 'BYPASS') : this.enter(ctx, key, deferred);
  }

  /** Lets a request pass that the cache has nothing to do with. */
  pass(ctx: RequestContext, status: CacheStatus): undefined {
    this.#note(ctx, { status, fetching: null, transform: null });
  }

  #decide(asking: Asking): MaybeReply {
    const { ctx, wishes, lookup } = asking;
    const { directives } = wishes;
    const { found } = lookup;
    let status: CacheStatus = found === undefined ? 'MISS' : 'EXPIRED';
    if (isAnySet(this.#config.cache_bypass, ctx) || directives.has('no-store')) status = 'BYPASS';
    else if (found !== undefined) {
      const judgement = this.#cache.judge(found, directives);
      status = judgement.status;
      const answer = judgement.isAnswer ? this.#serve(asking, found, status) : undefined;
      if (answer !== undefined) return answer;
      // Its body has had to make room a moment ago.
      if (judgement.isAnswer) status = 'MISS';
    }
    if (ctx.isRehearsal) return this.pass(ctx, status);
    if (!directives.has('only-if-cached')) return this.#fetch(asking, status);
    this.pass(ctx, status);
    return unavailable;
  }

  #serve(asking: Asking, { head, record }: Found, status: CacheStatus): Reply | undefined {
    const { ctx, wishes } = asking;
    const answer = replyFrom(head, record, wishes.conditions, this.#cache.now(), ctx.request.method === 'HEAD');
    if (answer === undefined) return undefined;
    this.pass(ctx, status);
    if (status === 'UPDATING' && !ctx.isRehearsal) this.#update(asking);
    else asking.progress.turn?.end(true);
    return answer;
  }

  /** One fetch in the background is enough, whoever began it. */
  #update(asking: Asking): void {
    const turn = this.#turnOf(asking);
    if (!turn.isFirst) return turn.end(true);
    updateInBackground(this.#cache, asking.ctx, this.#fetching(asking, turn)).catch((error: unknown) =>
      this.#log.warn('a stored answer could not be fetched anew', { error: String(error) }),
    );
  }

  /** The first to miss goes to the upstream; others wait for what it brings. */
  #fetch(asking: Asking, status: CacheStatus): MaybeReply {
    const { ctx, key, progress } = asking;
    const turn = this.#turnOf(asking);
    if (progress.isDeferred && ctx.signal.aborted) {
      // Nobody would tell when this exchange ends: it has ended while it waited.
      turn.end(true);
      return undefined;
    }
    if (status !== 'BYPASS' && !progress.hasWaited) {
      if (turn.isLate) return this.enter(ctx, key, { ...progress, hasWaited: true, turn });
      if (!turn.isFirst) return this.#wait(ctx, key);
    }
    const fetching = this.#fetching(asking, turn);
    this.#note(ctx, { status, fetching, transform: null });
    ctx.afterResponse(() => leave(fetching));
    this.#prepare(ctx, fetching);
  }

  async #wait(ctx: RequestContext, key: string): Promise<Reply | undefined> {
    await this.#cache.zone.whenFetched(key, waitMs);
    return this.enter(ctx, key, { hasWaited: true, turn: null, isDeferred: true });
  }

  /** Says to the upstream what the cache wants to know, in place of what the client does. */
  #prepare({ request: { headers, method } }: RequestContext, fetching: Fetching): void {
    const { lookup, conditions, turn } = fetching;
    const { found } = lookup;
    // Nobody need wait for what will not be stored.
    if (method === 'HEAD' || conditions.range !== undefined) turn?.end(true);
    if (method === 'HEAD') return;
    const canValidate =
      this.#cache.isRfc && found !== undefined && (found.head.etag ?? found.head.lastModified) !== null;
    if (!canValidate) return askForWhole(headers);
    fetching.validated = found;
    askForChange(headers, found.head);
  }

  #turnOf({ key, progress }: Asking): FetchTurn {
    return progress.turn ?? this.#cache.zone.begin(key);
  }

  #fetching({ ctx, key, wishes, lookup }: Asking, turn: FetchTurn): Fetching {
    const { found, index } = lookup;
    return {
      ...wishes,
      key,
      // What may have to be the answer later must not go away until then.
      lookup: { found: this.#cache.isRfc ? found && held(found) : found, index },
      requestAt: this.#cache.now(),
      fields: fieldsNow(ctx),
      validated: undefined,
      turn,
      abandon: null,
    };
  }
}

/** The request is over, one way or another. */
function leave(fetching: Fetching): void {
  if (fetching.abandon !== null) fetching.abandon();
  else endTurn(fetching, true);
}
