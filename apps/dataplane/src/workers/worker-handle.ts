import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerOrder } from './messages.ts';

/** Who is told what a worker says, and that it is gone. */
export interface WorkerEvents {
  message(worker: WorkerHandle, message: FromWorker): void;
  /** Its thread has ended; `error` is what it ended with, if anything was thrown. */
  exit(worker: WorkerHandle, error: unknown): void;
}

/** Memory of the youngest objects, in MiB: a large one spares short-lived objects of many requests from being copied. */
const youngGenerationMb = 16;

/** One worker thread, as the supervisor sees it. */
export class WorkerHandle {
  readonly number: number;
  readonly startedAt = performance.now();
  /** It follows the configuration: every step from here on must reach it. */
  isAttached = false;
  isListening = false;
  /** The supervisor has asked it to end, or has ended it. */
  isStopping = false;
  /** Why the supervisor ended it. */
  endReason = '';
  /** The generation that it has built and not served yet; 0 for none. */
  prepared = 0;
  openRequests = 0;
  heapBytes = 0;
  readonly #thread: Worker;

  constructor(entry: URL, order: WorkerOrder, events: WorkerEvents) {
    this.number = order.number;
    let failure: unknown;
    this.#thread = new Worker(entry, {
      workerData: order,
      name: `worker ${order.number}`,
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    });
    this.#thread.on('message', (message: FromWorker) => events.message(this, message));
    this.#thread.on('error', (error) => (failure = error));
    this.#thread.on('exit', () => events.exit(this, failure));
  }

  send(message: ToWorker): void {
    this.#thread.postMessage(message);
  }

  /** Ends the thread wherever it is, an endless loop included. Its connections are reset. */
  end(reason: string): void {
    this.isStopping = true;
    this.endReason ||= reason;
    void this.#thread.terminate();
  }
}
