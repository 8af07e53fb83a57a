/** Targets that may be probed at the same time only so many. */
export interface ProbeGroup {
  inFlight: number;
  readonly concurrency: number;
  readonly waiting: Appointment[];
}

/** Something that is probed again and again. */
export interface Probed {
  readonly group: ProbeGroup;
  /** Tells the appointment that counts from those that were moved. */
  appointment: number;
}

/** How much probing there may be at most, whatever is configured. */
export interface ProbeBounds {
  readonly inFlightMax: number;
  readonly perSecondMax: number;
}

/** When something is to be probed. It counts while `number` is the one that the target has. */
export interface Appointment<P extends Probed = Probed> {
  readonly probed: P;
  readonly dueAt: number;
  readonly number: number;
}

const burstMs = 50;

/**
 * Says when what is to be probed. However many targets there are, probes stay within their bounds: when there are too many,
 * all of them wait a little longer, in the order in which they were due.
 */
export class ProbeSchedule<P extends Probed> {
  readonly #heap: Appointment<P>[] = [];
  readonly #bounds: ProbeBounds;
  readonly #now: () => number;
  readonly #begin: (probed: P) => Promise<void>;
  #inFlight = 0;
  #allowance = 0;
  #allowedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #isClosed = false;

  constructor(bounds: ProbeBounds, now: () => number, begin: (probed: P) => Promise<void>) {
    this.#bounds = bounds;
    this.#now = now;
    this.#begin = begin;
    this.#allowedAt = now();
  }

  /** Appoints the next probe; an earlier appointment of the same target is void. */
  appoint(probed: P, inMs: number): void {
    probed.appointment += 1;
    this.#push({ probed, dueAt: this.#now() + inMs, number: probed.appointment });
    this.#arm();
  }

  /** No further probe of it. */
  cancel(probed: P): void {
    probed.appointment += 1;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#heap.length = 0;
  }

  #run(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const now = this.#now();
    this.#refill(now);
    for (let next = this.#heap[0]; next !== undefined && next.dueAt <= now; next = this.#heap[0]) {
      if (this.#allowance < 1 || this.#inFlight >= this.#bounds.inFlightMax) break;
      this.#pop();
      if (isValid(next)) this.#start(next);
    }
    this.#arm();
  }

  #start(appointment: Appointment<P>): void {
    const { probed } = appointment;
    const { group } = probed;
    if (group.inFlight >= group.concurrency) {
      group.waiting.push(appointment);
      return;
    }
    group.inFlight += 1;
    this.#inFlight += 1;
    this.#allowance -= 1;
    void this.#begin(probed).finally(() => {
      group.inFlight -= 1;
      this.#inFlight -= 1;
      this.#admit(group);
      this.#arm();
    });
  }

  /** Lets the next one that waits for a place in its group have it. */
  #admit({ waiting }: ProbeGroup): void {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!isValid(next)) continue;
      this.#push(next as Appointment<P>);
      return;
    }
  }

  #refill(now: number): void {
    const { perSecondMax } = this.#bounds;
    const burst = Math.max((perSecondMax * burstMs) / 1000, 1);
    this.#allowance = Math.min(this.#allowance + ((now - this.#allowedAt) * perSecondMax) / 1000, burst);
    this.#allowedAt = now;
  }

  /** Wakes up for the next appointment; where there are too many, with the next allowance or the end of a probe. */
  #arm(): void {
    const next = this.#heap[0];
    if (this.#isClosed || !next || this.#inFlight >= this.#bounds.inFlightMax) return;
    const now = this.#now();
    const at = Math.max(next.dueAt, now + (this.#allowance < 1 ? 1000 / this.#bounds.perSecondMax : 0));
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#run(), Math.max(at - now, 1));
    this.#timer.unref();
  }

  #push(item: Appointment<P>): void {
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above] as Appointment<P>;
      if (other.dueAt <= item.dueAt) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = item;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      const right = heap[below + 1];
      if (below >= heap.length) break;
      if (right !== undefined && right.dueAt < (heap[below] as Appointment<P>).dueAt) below += 1;
      const smaller = heap[below] as Appointment<P>;
      if (smaller.dueAt >= last.dueAt) break;
      heap[at] = smaller;
      at = below;
    }
    heap[at] = last;
  }
}

function isValid({ probed, number }: Appointment): boolean {
  return probed.appointment === number;
}
