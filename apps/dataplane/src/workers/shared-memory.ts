import { randomBytes } from 'node:crypto';
import { NodeConcurrency, NodeCounters } from '@sluice/counters';
import type { WorkerOrder } from './messages.ts';

/** Bytes that seal TLS session tickets. */
const ticketKeyBytes = 48;

/** What all workers count in and agree on; it outlives each of them. */
export class SharedMemory {
  readonly #counters = new NodeCounters({ clock: Date });
  readonly #concurrency: SharedArrayBuffer;
  readonly #ticketKeys = randomBytes(ticketKeyBytes);

  constructor(workers: number) {
    this.#concurrency = NodeConcurrency.createBuffer({ lanes: workers });
  }

  get buffers(): Pick<WorkerOrder, 'counters' | 'concurrency' | 'ticketKeys'> {
    return { counters: this.#counters.buffer, concurrency: this.#concurrency, ticketKeys: this.#ticketKeys };
  }

  /** A worker is gone: what it had under way is no longer. */
  dropWorker(number: number): void {
    NodeConcurrency.dropLane(this.#concurrency, number);
  }

  /** How often there was no room. */
  facts(): { readonly evictions: number; readonly overflows: number } {
    const { overflows } = new NodeConcurrency(this.#concurrency, 0);
    return { evictions: this.#counters.evictions, overflows };
  }
}
