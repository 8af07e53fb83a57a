import type { RedisCounters, SharedWindow, WindowKind } from '@sluice/counters';
import type { Clock, Counters, WindowState } from '@sluice/plugin-kit';
import type { Demand } from './limits.ts';
import { costOf, type Hit, hitsOf, withRequest } from './windows.ts';

/** Windows that are remembered at once; beyond it Redis is asked for each request. */
const windowsMax = 100_000;
/** How many windows tell Redis at the same time. */
const toldAtOnce = 500;

const unlimited = Number.MAX_SAFE_INTEGER;

/** A window as Redis last described it. */
interface Known {
  readonly id: number;
  readonly endsMs: number;
  readonly seconds: number;
  /** Hits in the interval before it, of a sliding window. */
  before: number;
  /** Hits that this worker has counted and Redis does not know of. */
  untold: number;
}

/** What windows are counted with. */
export interface SyncedMeans {
  readonly kind: WindowKind;
  readonly shared: RedisCounters;
  readonly counters: Counters;
  readonly clock: Clock;
  /** Counts on the data plane alone, while Redis is away. */
  readonly alone: Hit;
}

/**
 * Windows that begin and end in Redis, and are counted on the data plane in between: the first request of a window asks Redis,
 * and every interval of synchronisation tells it the sum of the others. Workers of a data plane count together all the time,
 * data planes learn of each other with each synchronisation: between two of them, each may let as many pass as were left.
 */
export class SyncedWindows {
  readonly #means: SyncedMeans;
  readonly #known = new Map<string, Known>();

  constructor(means: SyncedMeans) {
    this.#means = means;
  }

  hit(demand: Demand, isRehearsal = false): WindowState | Promise<WindowState> {
    const known = this.#known.get(demand.counter);
    const now = this.#means.clock.now();
    if (known === undefined || now >= known.endsMs) return this.#ask(demand, isRehearsal);
    return this.#count(known, demand, now, isRehearsal);
  }

  /** Tells Redis what has been counted since the last time, and learns what others have. */
  async sync(): Promise<void> {
    const now = this.#means.clock.now();
    let telling: Promise<void>[] = [];
    for (const [counter, known] of this.#known) {
      if (known.untold > 0) telling.push(this.#tell(counter, known));
      else if (now >= known.endsMs) this.#known.delete(counter);
      if (telling.length < toldAtOnce) continue;
      await Promise.all(telling);
      telling = [];
    }
    await Promise.all(telling);
  }

  async #ask(demand: Demand, isRehearsal: boolean): Promise<WindowState> {
    const { kind, shared, alone } = this.#means;
    const { counter, count, seconds } = demand;
    let window: SharedWindow;
    try {
      window = await shared.hitWindow(kind, counter, count, seconds, costOf(isRehearsal));
    } catch {
      // The connection says in the log that Redis is away.
      return alone(demand, isRehearsal);
    }
    if (!isRehearsal) this.#learn(counter, seconds, window);
    return withRequest(window, isRehearsal);
  }

  #learn(counter: string, seconds: number, { id, resetSeconds, used, before }: SharedWindow): void {
    const last = this.#known.get(counter);
    if (last && last.id !== id && last.untold > 0) void this.#tell(counter, last);
    if (last?.id === id) last.before = before;
    else if (this.#known.size >= windowsMax && !last) return;
    else {
      const endsMs = this.#means.clock.now() + resetSeconds * 1000;
      this.#known.set(counter, { id, endsMs, seconds, before, untold: 0 });
    }
    this.#raise(nameOf(counter, id), used, resetSeconds + 1);
  }

  #count(known: Known, { counter, count, seconds }: Demand, now: number, isRehearsal: boolean): WindowState {
    const { counters } = this.#means;
    const resetSeconds = (known.endsMs - now) / 1000;
    const inSight = known.before === 0 ? 0 : Math.ceil(known.before * (resetSeconds / seconds));
    const name = nameOf(counter, known.id);
    const { remaining } = counters.hitWindow(name, count - inSight, resetSeconds + 1, costOf(isRehearsal));
    if (!isRehearsal && remaining >= 0) {
      known.untold += 1;
      counters.add(name, 1, resetSeconds + 1);
    }
    return withRequest({ remaining, resetSeconds }, isRehearsal);
  }

  async #tell(counter: string, known: Known): Promise<void> {
    const { kind, shared, counters, clock } = this.#means;
    const { id, seconds, untold } = known;
    const name = nameOf(counter, id);
    const lifetime = Math.max(0, (known.endsMs - clock.now()) / 1000) + 1;
    // Taken off before it is told: what Redis answers holds it, and must not be added to it again.
    known.untold = 0;
    counters.add(name, -untold, lifetime);
    try {
      const window = await shared.addToWindow(kind, counter, id, seconds, untold);
      // Redis has begun another window meanwhile: the next request asks for it.
      if (window?.id !== id) return this.#forget(counter, known);
      known.before = window.before;
      this.#raise(name, window.used, lifetime);
    } catch {
      known.untold += untold;
      counters.add(name, untold, lifetime);
    }
  }

  #forget(counter: string, known: Known): void {
    if (this.#known.get(counter) === known) this.#known.delete(counter);
  }

  /** Lets the count of this data plane be at least what Redis knows and what it has not been told. */
  #raise(name: string, used: number, lifetime: number): void {
    const { counters } = this.#means;
    const missing = used + counters.read(name) - hitsOf(counters, name, lifetime);
    if (missing > 0) counters.hitWindow(name, unlimited, lifetime, missing);
  }
}

function nameOf(counter: string, id: number): string {
  return `${counter}@${id}`;
}
