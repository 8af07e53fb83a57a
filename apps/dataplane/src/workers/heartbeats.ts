/** How often a worker shows that its event loop goes round, in milliseconds. */
const beatMs = 200;

/** One counter per worker in shared memory: it moves as long as the worker's event loop does. */
export class Heartbeats {
  readonly shared: SharedArrayBuffer;
  readonly #beats: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#beats = new Int32Array(shared);
  }

  static forWorkers(count: number): Heartbeats {
    return new Heartbeats(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
  }

  count(worker: number): number {
    return Atomics.load(this.#beats, worker);
  }

  /** Beats from now on, in the worker's thread. */
  start(worker: number): void {
    setInterval(() => Atomics.add(this.#beats, worker, 1), beatMs).unref();
  }
}

/** Finds out that a worker has stopped beating. */
export class HeartbeatWatch {
  readonly #beats: Heartbeats;
  readonly #worker: number;
  #last = -1;
  #missed = 0;

  constructor(beats: Heartbeats, worker: number) {
    this.#beats = beats;
    this.#worker = worker;
  }

  /**
   * How many looks in a row found no new beat. Looks are counted, not time: when the whole machine stood still, the
   * supervisor did not look either.
   */
  look(): number {
    const count = this.#beats.count(this.#worker);
    this.#missed = count === this.#last ? this.#missed + 1 : 0;
    this.#last = count;
    return this.#missed;
  }
}
