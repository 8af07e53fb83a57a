import type { ConfigStep, ListenAddress } from '@sluice/engine';
import type { Readers } from '../configuration/served-configuration.ts';
import type { LogLevel } from '../telemetry/json-log.ts';
import { AnswerRound } from './answer-round.ts';
import type { DrainOrder, FromWorker, ListenOrder, ToWorker, WorkerReport } from './messages.ts';
import { type CrewOptions, WorkerCrew } from './worker-crew.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** How long a change waits for a worker that could load it, in milliseconds. */
const loaderWaitMs = 15_000;
/** A step that changes more than this may keep a worker busy for long. */
const largeStep = 1000;

/** What a pool needs, and whom it tells. */
export interface PoolOptions extends Omit<CrewOptions, 'orderFor'> {
  readonly orderFor: CrewOptions['orderFor'];
  /** The configuration in service, for a worker that has none. */
  readonly attach: () => ConfigStep;
  readonly report: (worker: number, report: WorkerReport) => void;
  /** The metrics of all workers together. */
  readonly renderMetrics: () => string;
  /** A worker is gone: what it shared may be put in order. */
  readonly gone: (worker: number) => void;
  /** The set of workers that serve has changed. */
  readonly changed: () => void;
}

/** All workers as one: they change their configuration together, listen together and drain together. */
export class WorkerPool implements Readers {
  readonly crew: WorkerCrew;
  readonly #options: PoolOptions;
  #orders: readonly ListenOrder[] | null = null;
  #preparing: { readonly step: ConfigStep; readonly round: AnswerRound<string | null> } | null = null;
  #committing: { readonly step: ConfigStep; readonly round: AnswerRound<void> } | null = null;
  #opening: { readonly round: AnswerRound<readonly ListenAddress[] | string> } | null = null;
  #draining: AnswerRound<void> | null = null;
  readonly #questions = new Map<number, PromiseWithResolvers<unknown> & { readonly worker: WorkerHandle }>();
  #lastQuestion = 0;
  #someAttached = Promise.withResolvers<void>();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.crew = new WorkerCrew(options, {
      message: (worker, message) => this.#take(worker, message),
      gone: (worker) => this.#gone(worker),
      isPatientWith: (worker) => this.#isPatientWith(worker),
    });
  }

  /** Requests that no worker has finished yet, as of the last reports. */
  get openRequests(): number {
    return this.crew.workers.reduce((sum, { openRequests }) => sum + openRequests, 0);
  }

  /** Every worker builds the next generation. A worker that dies over it is replaced, and the next one tries once more. */
  async prepare(step: ConfigStep): Promise<string | null> {
    for (let tries = 0; tries < 2; tries += 1) {
      if (!(await this.#hasAttached())) break;
      const workers = this.#attached;
      const round = new AnswerRound<string | null>(workers);
      this.#preparing = { step, round };
      for (const worker of workers) worker.send({ type: 'prepare', step });
      const answers = await round.over;
      this.#preparing = null;
      const failure = answers.find((answer) => answer !== null);
      if (failure !== undefined) return failure;
      if (answers.length > 0) return null;
    }
    return 'No worker could load it; the error log says why.';
  }

  /** Resolves when every worker serves it: a new connection finds it, wherever the kernel puts it. */
  async commit(step: ConfigStep): Promise<void> {
    const workers = this.#attached;
    const round = new AnswerRound<void>(workers);
    this.#committing = { step, round };
    for (const worker of workers) {
      const isPrepared = worker.prepared === step.generation;
      worker.send(isPrepared ? { type: 'commit', generation: step.generation } : { type: 'adopt', step });
    }
    await round.over;
    this.#committing = null;
  }

  abort(): void {
    for (const worker of this.#attached) {
      worker.prepared = 0;
      worker.send({ type: 'abort' });
    }
  }

  /** Opens the ports in all workers; a later worker opens them as soon as it has the configuration. */
  async listen(orders: readonly ListenOrder[]): Promise<readonly ListenAddress[]> {
    this.#orders = orders;
    const workers = this.#attached;
    const round = new AnswerRound<readonly ListenAddress[] | string>(workers);
    this.#opening = { round };
    for (const worker of workers) worker.send({ type: 'listen', where: orders });
    const answers = await round.over;
    this.#opening = null;
    const failure = answers.find((answer) => typeof answer === 'string');
    if (failure !== undefined) throw new Error(failure);
    return answers.find((answer) => typeof answer !== 'string') ?? [];
  }

  /** Closes the ports, lets requests finish, and ends the workers. */
  async drain(order: DrainOrder): Promise<void> {
    this.crew.standDown();
    this.#draining ??= new AnswerRound<void>(this.crew.workers);
    this.broadcast({ type: 'drain', order });
    await this.#draining.over;
  }

  setLogLevel(level: LogLevel): void {
    this.broadcast({ type: 'log-level', level });
  }

  broadcast(message: ToWorker): void {
    for (const worker of this.crew.workers) worker.send(message);
  }

  /** Asks one worker what only workers know. */
  ask(name: string, payload: unknown): Promise<unknown> {
    const [worker] = this.#attached;
    if (!worker) return Promise.reject(new Error('No worker is there to answer.'));
    this.#lastQuestion += 1;
    const question = { ...Promise.withResolvers<unknown>(), worker };
    this.#questions.set(this.#lastQuestion, question);
    worker.send({ type: 'ask', id: this.#lastQuestion, name, payload });
    return question.promise;
  }

  get #attached(): readonly WorkerHandle[] {
    return this.crew.workers.filter(({ isAttached }) => isAttached);
  }

  /** Waits for a worker to be there, for a while. */
  async #hasAttached(): Promise<boolean> {
    if (this.#attached.length > 0) return true;
    this.#someAttached = Promise.withResolvers<void>();
    const deadline = Promise.withResolvers<void>();
    const timer = setTimeout(deadline.resolve, loaderWaitMs);
    await Promise.race([this.#someAttached.promise, deadline.promise]);
    clearTimeout(timer);
    return this.#attached.length > 0;
  }

  #take(worker: WorkerHandle, message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        return this.#attach(worker);
      case 'prepared':
        if (message.failure === null) worker.prepared = message.generation;
        return this.#preparing?.round.answer(worker, message.failure);
      case 'committed':
        return this.#committed(worker, message.generation);
      case 'listening':
        worker.isListening = true;
        this.#opening?.round.answer(worker, message.listeners);
        return this.#options.changed();
      case 'not-listening':
        return this.#notListening(worker, message.reason);
      case 'report':
        return this.#reported(worker, message);
      case 'drained':
        worker.end('the data plane stops');
        return;
      case 'answer':
        return this.#answered(message);
    }
  }

  #reported(worker: WorkerHandle, { report, wantsMetrics }: Extract<FromWorker, { type: 'report' }>): void {
    worker.openRequests = report.openRequests;
    worker.heapBytes = report.heapBytes;
    this.#options.report(worker.number, report);
    if (wantsMetrics) worker.send({ type: 'metrics', text: this.#options.renderMetrics() });
  }

  /** Brings a new worker to where the others are or are about to be, and only then lets it listen. */
  #attach(worker: WorkerHandle): void {
    const step = this.#options.attach();
    if (step.generation > 0) worker.send({ type: 'adopt', step });
    if (this.#committing) worker.send({ type: 'adopt', step: this.#committing.step });
    if (this.#orders) worker.send({ type: 'listen', where: this.#orders });
    worker.isAttached = true;
    this.#someAttached.resolve();
  }

  #committed(worker: WorkerHandle, generation: number): void {
    worker.prepared = 0;
    if (this.#committing?.step.generation === generation) this.#committing.round.answer(worker);
  }

  #notListening(worker: WorkerHandle, reason: string): void {
    if (this.#opening) this.#opening.round.answer(worker, reason);
    else worker.end(`it cannot listen: ${reason}`);
  }

  #answered({ id, error, value }: Extract<FromWorker, { type: 'answer' }>): void {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    if (error === null) question?.resolve(value);
    else question?.reject(new Error(error));
  }

  #gone(worker: WorkerHandle): void {
    this.#options.gone(worker.number);
    this.#preparing?.round.gone(worker);
    this.#committing?.round.gone(worker);
    this.#opening?.round.gone(worker);
    this.#draining?.gone(worker);
    for (const [id, question] of this.#questions) {
      if (question.worker !== worker) continue;
      this.#questions.delete(id);
      question.reject(new Error('The worker that was asked is gone.'));
    }
    this.#options.changed();
  }

  #isPatientWith(worker: WorkerHandle): boolean {
    const { step, round } = this.#preparing ?? this.#committing ?? {};
    return step !== undefined && step.placed.length > largeStep && (round?.isWaitingFor(worker) ?? false);
  }
}
