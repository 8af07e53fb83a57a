import type { Log } from '@sluice/plugin-kit';
import { Heartbeats, HeartbeatWatch } from './heartbeats.ts';
import type { FromWorker, WorkerOrder } from './messages.ts';
import { RestartDelay } from './restart-delay.ts';
import { WorkerHandle } from './worker-handle.ts';

/** How often the supervisor looks for the workers' heartbeats, in milliseconds. */
const lookMs = 500;
/** A worker that starts, or builds a large configuration, does not answer for long. */
const patientSeconds = 60;

/** How the workers are kept. */
export interface CrewOptions {
  /** The program of a worker. */
  readonly entry: URL;
  readonly count: number;
  /** Seconds without a heartbeat after which a worker is taken for stuck. */
  readonly stuckSeconds: number;
  readonly orderFor: (number: number) => Omit<WorkerOrder, 'number' | 'beats'>;
  readonly log: Log;
}

/** Who is told what the workers do. */
export interface CrewEvents {
  message(worker: WorkerHandle, message: FromWorker): void;
  /** A worker is gone for good, and whatever it shared has to be put in order before its successor starts. */
  gone(worker: WorkerHandle): void;
  /** True while it is normal that a worker is busy for long. */
  isPatientWith(worker: WorkerHandle): boolean;
}

/** What is told about one place among the workers. */
export interface WorkerState {
  readonly number: number;
  readonly state: 'starting' | 'serving' | 'restarting' | 'stopped';
  readonly restarts: number;
  /** Why its last predecessor ended; empty where it had none. */
  readonly last_end: string;
  readonly open_requests: number;
  readonly heap_bytes: number;
}

interface Post {
  worker: WorkerHandle | null;
  watch: HeartbeatWatch;
  readonly delay: RestartDelay;
  restarts: number;
  lastEnd: string;
}

/** Starts the workers, watches their hearts, and replaces whoever dies or is stuck. */
export class WorkerCrew {
  readonly #options: CrewOptions;
  readonly #events: CrewEvents;
  readonly #beats: Heartbeats;
  readonly #posts: readonly Post[];
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(options: CrewOptions, events: CrewEvents) {
    this.#options = options;
    this.#events = events;
    this.#beats = Heartbeats.forWorkers(options.count);
    this.#posts = Array.from({ length: options.count }, (_, number) => ({
      worker: null,
      watch: new HeartbeatWatch(this.#beats, number),
      delay: new RestartDelay(),
      restarts: 0,
      lastEnd: '',
    }));
  }

  start(): void {
    for (const number of this.#posts.keys()) this.#startWorker(number);
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** All workers whose threads run. */
  get workers(): readonly WorkerHandle[] {
    return this.#posts.flatMap(({ worker }) => (worker && !worker.isStopping ? [worker] : []));
  }

  /** How often workers were replaced since the start. */
  get restarts(): number {
    return this.#posts.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  /** Workers that keep dying soon after their start. */
  get failing(): readonly number[] {
    return this.#posts.flatMap(({ worker, delay }, number) =>
      delay.youngDeaths > 1 && !worker?.isListening ? [number] : [],
    );
  }

  states(): WorkerState[] {
    return this.#posts.map(({ worker, restarts, lastEnd }, number) => ({
      number,
      state:
        this.#isStopping && !worker ? 'stopped' : !worker ? 'restarting' : worker.isListening ? 'serving' : 'starting',
      restarts,
      last_end: lastEnd,
      open_requests: worker?.openRequests ?? 0,
      heap_bytes: worker?.heapBytes ?? 0,
    }));
  }

  /** No worker is replaced any more; those who run go on. */
  standDown(): void {
    this.#isStopping = true;
    clearInterval(this.#timer);
  }

  /** Ends all workers at once. */
  end(): void {
    this.standDown();
    for (const { worker } of this.#posts) worker?.end('the data plane stops');
  }

  #startWorker(number: number): void {
    const post = this.#posts[number];
    if (!post || this.#isStopping) return;
    post.watch = new HeartbeatWatch(this.#beats, number);
    const order = { ...this.#options.orderFor(number), number, beats: this.#beats.shared };
    post.worker = new WorkerHandle(this.#options.entry, order, {
      message: (worker, message) => this.#events.message(worker, message),
      exit: (worker, error) => this.#gone(post, worker, error),
    });
  }

  #gone(post: Post, worker: WorkerHandle, error: unknown): void {
    post.worker = null;
    worker.isStopping = true;
    this.#events.gone(worker);
    if (this.#isStopping) return;
    post.restarts += 1;
    post.lastEnd = worker.endReason || reasonOf(error);
    const delayMs = post.delay.after(performance.now() - worker.startedAt);
    const { number } = worker;
    const detail = error instanceof Error ? error.stack : undefined;
    this.#options.log.error('A worker is gone and is replaced.', {
      worker: number,
      reason: post.lastEnd,
      delayMs,
      detail,
    });
    setTimeout(() => this.#startWorker(number), delayMs).unref();
  }

  #look(): void {
    for (const { worker, watch } of this.#posts) {
      if (!worker || worker.isStopping) continue;
      const isStarting = !worker.isListening && performance.now() - worker.startedAt < patientSeconds * 1000;
      const isPatient = isStarting || this.#events.isPatientWith(worker);
      const seconds = isPatient ? Math.max(patientSeconds, this.#options.stuckSeconds) : this.#options.stuckSeconds;
      if (watch.look() * lookMs >= seconds * 1000) worker.end(`stuck for ${seconds} s`);
    }
  }
}

function reasonOf(error: unknown): string {
  if (error === undefined) return 'its thread ended';
  return error instanceof Error ? error.message : String(error);
}
