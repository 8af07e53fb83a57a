/** Something that happened to a data plane, worth telling later. */
export interface InstanceEvent {
  readonly type: 'connected' | 'status' | 'ack' | 'nack';
  /** RFC 3339, by the clock of the control plane. */
  readonly at: string;
  readonly revision: number | null;
  readonly detail: object;
}

const WAITING_MAX = 100;

/** What happened to one data plane and is not written yet. */
export class EventQueue {
  #waiting: InstanceEvent[] = [];

  /** As of now: what comes later is not in it. */
  get waiting(): readonly InstanceEvent[] {
    return [...this.#waiting];
  }

  /** Of acknowledgements in a row, as a burst of changes makes them, the last one tells all; what is too much, is dropped. */
  add(type: InstanceEvent['type'], revision: number | null, detail: object = {}): void {
    if (type === 'ack' && this.#waiting.at(-1)?.type === 'ack') this.#waiting.pop();
    if (this.#waiting.length >= WAITING_MAX) this.#waiting.shift();
    this.#waiting.push({ type, at: new Date().toISOString(), revision, detail });
  }

  /** Forgets what has been written. */
  written(events: readonly InstanceEvent[]): void {
    const known = new Set(events);
    this.#waiting = this.#waiting.filter((event) => !known.has(event));
  }
}
