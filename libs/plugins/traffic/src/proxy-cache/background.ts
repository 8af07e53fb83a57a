import type { ReceivedAnswer } from '@sluice/http-cache';
import type { Answer, RequestContext } from '@sluice/plugin-kit';
import { askForChange } from './conditional-request.ts';
import type { ResponseCache } from './response-cache.ts';
import { endTurn, type Fetching } from './visit.ts';

/** Fetches anew what a client has just been given stale. The client does not wait for it, and one fetch is enough. */
export async function updateInBackground(cache: ResponseCache, ctx: RequestContext, fetching: Fetching): Promise<void> {
  const { lookup, requestAt } = fetching;
  const { found } = lookup;
  if (found === undefined) return endTurn(fetching, true);
  askForChange(ctx.request.headers, found.head);
  try {
    const answer = await ctx.send({ isDetached: true, method: 'GET' });
    const { status, headers, date } = answer;
    const received: ReceivedAnswer = { status, headers, date, requestAt, responseAt: cache.now() };
    if (status !== 304) return await store(cache, ctx, fetching, answer, received);
    answer.discard();
    await cache.refresh(ctx, fetching, found, received);
  } finally {
    endTurn(fetching, true);
  }
}

async function store(
  cache: ResponseCache,
  ctx: RequestContext,
  fetching: Fetching,
  answer: Answer,
  received: ReceivedAnswer,
): Promise<void> {
  const plan = cache.plan(ctx, fetching, received);
  if (plan === null) return answer.discard();
  const { writer, head } = plan;
  try {
    for await (const chunk of answer.body) if (!(await writer.append(chunk))) return;
    await writer.commit({ ...head, trailers: [...answer.trailers.entries()].flat() });
  } catch (error) {
    writer.abort();
    throw error;
  }
}
