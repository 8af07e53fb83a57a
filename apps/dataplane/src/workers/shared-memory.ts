import { NodeConcurrency, NodeCounters, NodeStore } from '@sluice/counters';
import { OcspStapler } from '@sluice/engine';
import type { Log } from '@sluice/plugin-kit';
import { TicketKeys } from '../tls/ticket-keys.ts';
import type { ToWorker, WorkerOrder } from './messages.ts';

/** What all workers count in and agree on; it outlives each of them. */
export class SharedMemory {
  readonly #counters = new NodeCounters({ clock: Date });
  readonly #concurrency: SharedArrayBuffer;
  readonly #store = NodeStore.createBuffer();
  readonly ticketKeys = new TicketKeys();
  /** Keeps what certificates with stapling show; knows them by following the configuration. */
  readonly stapler: OcspStapler;
  readonly #tell: (message: ToWorker) => void;

  /** `tell` reaches all workers. */
  constructor(workers: number, log: Log, tell: (message: ToWorker) => void) {
    this.#tell = tell;
    this.stapler = new OcspStapler({ log, onStaple: (staple) => tell({ type: 'staples', staples: [staple] }) });
    this.#concurrency = NodeConcurrency.createBuffer({ lanes: workers });
  }

  get buffers(): Pick<WorkerOrder, 'counters' | 'concurrency' | 'store' | 'ticketKeys' | 'staples'> {
    return {
      counters: this.#counters.buffer,
      concurrency: this.#concurrency,
      store: this.#store,
      ticketKeys: this.ticketKeys.current,
      staples: this.stapler.staples,
    };
  }

  /** Gives all workers new keys for session tickets from time to time. */
  rotateTicketKeys(): void {
    this.ticketKeys.rotate((keys) => this.#tell({ type: 'ticket-keys', keys }));
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
