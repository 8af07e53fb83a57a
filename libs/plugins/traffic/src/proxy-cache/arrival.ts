import type { Found, ReceivedAnswer } from '@sluice/http-cache';
import type { Observe, RequestContext } from '@sluice/plugin-kit';
import type { ResponseCache } from './response-cache.ts';
import { substitute } from './stored-answer.ts';
import { StoringBody } from './storing-body.ts';
import { endTurn, type Fetching, type Visit } from './visit.ts';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Treats the answer to a request that the cache let pass: stores it, puts what is stored in its place, or neither. */
export function onAnswer(cache: ResponseCache, ctx: RequestContext, visit: Visit): Observe {
  const { response } = ctx;
  const { fetching } = visit;
  if (fetching === null) return onPassing(cache, ctx);
  const { received } = response;
  if (response.origin === 'proxy-error') return standIn(cache, ctx, visit, cache.standIn(fetching, true));
  if (received === undefined) return endTurn(fetching, true);
  const { status, headers, date } = received;
  const answer = { status, headers, date, requestAt: fetching.requestAt, responseAt: cache.now() };
  if (fetching.validated !== undefined && status === 304)
    return revalidated(cache, ctx, visit, fetching, fetching.validated, answer);
  const found = status >= 500 ? cache.standIn(fetching, false) : undefined;
  if (found !== undefined) return standIn(cache, ctx, visit, found);
  if (ctx.request.method === 'HEAD') return afterHead(cache, ctx, fetching, answer);
  return store(cache, ctx, visit, fetching, answer);
}

/** A change that has succeeded makes what is stored outdated (section 4.4). Answers from the cache come by here, too. */
function onPassing(cache: ResponseCache, ctx: RequestContext): Observe {
  const { response, request } = ctx;
  const isChange = response.received !== undefined && !safeMethods.has(request.method);
  return cache.isRfc && isChange && response.status < 400 ? cache.invalidate(ctx) : undefined;
}

function store(
  cache: ResponseCache,
  ctx: RequestContext,
  visit: Visit,
  fetching: Fetching,
  answer: ReceivedAnswer,
): void {
  const plan = cache.plan(ctx, fetching, answer);
  if (plan === null) return endTurn(fetching, false);
  const over = (): void => {
    fetching.abandon = null;
    endTurn(fetching, true);
  };
  const body = new StoringBody({ ...plan, response: ctx.response, over });
  fetching.abandon = () => body.abandon();
  visit.transform = body;
}

async function revalidated(
  cache: ResponseCache,
  ctx: RequestContext,
  visit: Visit,
  fetching: Fetching,
  found: Found,
  answer: ReceivedAnswer,
): Promise<void> {
  const fresh = await cache.refresh(ctx, fetching, found, answer);
  endTurn(fetching, true);
  visit.status = 'REVALIDATED';
  replace(cache, ctx, visit, fresh);
}

function standIn(cache: ResponseCache, ctx: RequestContext, visit: Visit, found: Found | undefined): void {
  if (visit.fetching !== null) endTurn(visit.fetching, true);
  if (found === undefined) return;
  visit.status = 'STALE';
  replace(cache, ctx, visit, found);
}

function replace(cache: ResponseCache, ctx: RequestContext, visit: Visit, { head, record }: Found): void {
  if (visit.fetching === null) return;
  visit.transform = substitute(ctx, head, record, visit.fetching.conditions, cache.now());
}

/** An answer to HEAD says what a GET would have got: what is stored is brought up to date, or is outdated (section 4.3.5). */
async function afterHead(
  cache: ResponseCache,
  ctx: RequestContext,
  fetching: Fetching,
  answer: ReceivedAnswer,
): Promise<void> {
  const { found } = fetching.lookup;
  endTurn(fetching, true);
  if (found === undefined || !cache.isRfc || answer.status !== 200) return;
  const { head, record, key } = found;
  const differs = (name: string, own: string | null): boolean => {
    const told = answer.headers.get(name);
    return told !== undefined && own !== null && told !== own;
  };
  const isOther =
    differs('etag', head.etag) ||
    differs('last-modified', head.lastModified) ||
    differs('content-length', String(record.bodyBytes));
  if (isOther) await cache.zone.remove(key);
  else await cache.refresh(ctx, fetching, found, answer);
}
