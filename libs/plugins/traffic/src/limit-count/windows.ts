import type { Clock, Counters, WindowState } from '@sluice/plugin-kit';
import type { Demand } from './limits.ts';

/**
 * Counts one request and answers what is left; negative means refused and not counted. With `isRehearsal` it answers the
 * same and counts nothing.
 */
export type Hit = (demand: Demand, isRehearsal?: boolean) => WindowState;

interface WindowKit {
  readonly counters: Counters;
  readonly clock: Clock;
}

/** A window that begins with the first request. */
export function fixedWindow({ counters }: WindowKit): Hit {
  return ({ counter, count, seconds }, isRehearsal = false) => hit(counters, counter, count, seconds, isRehearsal);
}

/**
 * A window that always looks back by its length: the requests of the present interval, and of the one before as many as
 * its share that is still in sight, as if they had come evenly.
 */
export function slidingWindow({ counters, clock }: WindowKit): Hit {
  return ({ counter, count, seconds }, isRehearsal = false) => {
    const now = clock.now() / 1000;
    const interval = Math.floor(now / seconds);
    const elapsed = now - interval * seconds;
    // An interval's counter must outlive the next interval, which still looks at it.
    const lifetime = seconds * 2;
    const before = hitsOf(counters, `${counter}:${interval - 1}`, lifetime);
    const inSight = Math.ceil(before * (1 - elapsed / seconds));
    const { remaining } = hit(counters, `${counter}:${interval}`, count - inSight, lifetime, isRehearsal);
    return { remaining, resetSeconds: seconds - elapsed };
  };
}

function hit(counters: Counters, key: string, limit: number, seconds: number, isRehearsal: boolean): WindowState {
  return withRequest(counters.hitWindow(key, limit, seconds, costOf(isRehearsal)), isRehearsal);
}

/** What a request adds to a window: nothing where it is only rehearsed. */
export function costOf(isRehearsal: boolean): 0 | 1 {
  return isRehearsal ? 0 : 1;
}

/** What the request itself is told of a window that it has hit with its cost: the same, whether it was counted or not. */
export function withRequest(state: WindowState, isRehearsal: boolean): WindowState {
  return isRehearsal ? { remaining: state.remaining - 1, resetSeconds: state.resetSeconds } : state;
}

/** The hits in a window of the data plane. */
export function hitsOf(counters: Counters, key: string, seconds: number): number {
  const most = Number.MAX_SAFE_INTEGER;
  return most - counters.hitWindow(key, most, seconds, 0).remaining;
}
