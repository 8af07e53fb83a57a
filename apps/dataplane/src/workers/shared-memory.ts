import { NodeConcurrency, NodeCounters, NodeStore } from '@sluice/counters';
import { TicketKeys } from '../tls/ticket-keys.ts';
import type { WorkerOrder } from './messages.ts';

/** What all workers count in and agree on; it outlives each of them. */
export class SharedMemory {
  readonly #counters = new NodeCounters({ clock: Date });
  readonly #concurrency: SharedArrayBuffer;
  readonly #store = NodeStore.createBuffer();
  readonly ticketKeys = new TicketKeys();

  constructor(workers: number) {
    this.#concurrency = NodeConcurrency.createBuffer({ lanes: workers });
  }

  get buffers(): Pick<WorkerOrder, 'counters' | 'concurrency' | 'store' | 'ticketKeys'> {
    return {
      counters: this.#counters.buffer,
      concurrency: this.#concurrency,
      store: this.#store,
      ticketKeys: this.ticketKeys.current,
    };
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
