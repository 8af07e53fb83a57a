import { randomInt } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import { NodeConcurrency, NodeCounters, NodeStore } from '@sluice/counters';
import { createEngine, type Engine } from '@sluice/engine';
import type { AnyPlugin } from '@sluice/plugin-kit';
import type { ExplainRequest } from '@sluice/schema';
import { clientLimits, httpsPorts, listenerOptions } from '../config/listeners.ts';
import { pathOptions } from '../config/path-settings.ts';
import { upstreamOptions } from '../config/upstreams.ts';
import { finishLogs, openAccessLog, reopenLogs } from '../telemetry/access-log-target.ts';
import { jsonLog, type LevelledLog } from '../telemetry/json-log.ts';
import { version } from '../version.ts';
import { openCacheZones } from './cache-memory.ts';
import { collectGarbage } from './collect-garbage.ts';
import { Heartbeats } from './heartbeats.ts';
import type { DrainOrder, FromWorker, ListenOrder, ToWorker, WorkerOrder } from './messages.ts';
import { MetricsQuestion } from './metrics-question.ts';

/** How often a worker reports what it counted, in milliseconds: what a dead worker takes with it at most. */
const reportMs = 1000;

/** Runs a worker in this thread: an engine that listens, and does what the supervisor says. */
export function runWorker(port: MessagePort, order: WorkerOrder, plugins: readonly AnyPlugin[]): void {
  new WorkerThread(port, order, plugins).start();
}

class WorkerThread {
  readonly #port: MessagePort;
  readonly #order: WorkerOrder;
  readonly #log: LevelledLog;
  readonly #engine: Engine;
  #acceptedBefore = 0;
  readonly #metrics = new MetricsQuestion(() => this.#report(true));
  #isListening = false;

  constructor(port: MessagePort, order: WorkerOrder, plugins: readonly AnyPlugin[]) {
    this.#port = port;
    this.#order = order;
    this.#log = jsonLog(order.logLevel);
    this.#engine = engineFor(order, plugins, this.#log, () => this.#metrics.ask());
    this.#engine.setTicketKeys(Buffer.from(order.ticketKeys));
    this.#engine.takeStaples(order.staples);
  }

  start(): void {
    new Heartbeats(this.#order.beats).start(this.#order.number);
    this.#port.on('message', (message: ToWorker) => this.#take(message));
    setInterval(() => this.#report(), reportMs).unref();
    this.#tell({ type: 'ready' });
  }

  #take(message: ToWorker): void {
    switch (message.type) {
      case 'listen':
        return void this.#listen(message.where);
      case 'drain':
        return void this.#drain(message.order);
      case 'staples':
        return this.#engine.takeStaples(message.staples);
      case 'ticket-keys':
        return this.#engine.setTicketKeys(Buffer.from(message.keys));
      case 'log-level':
        this.#log.level = message.level;
        return;
      case 'reopen-logs':
        return reopenLogs();
      case 'metrics':
        return this.#metrics.take(message.text);
      case 'ask':
        return void this.#answer(message);
      default:
        return this.#follow(message);
    }
  }

  /** Does with the configuration what all workers do together. */
  #follow(message: Extract<ToWorker, { type: 'prepare' | 'commit' | 'abort' | 'adopt' }>): void {
    switch (message.type) {
      case 'prepare':
        return this.#tell({
          type: 'prepared',
          generation: message.step.generation,
          failure: this.#prepare(message.step),
        });
      case 'commit':
        this.#engine.commit();
        this.#tell({ type: 'committed', generation: message.generation });
        return this.#tidy();
      case 'abort':
        return this.#engine.abort();
      case 'adopt':
        this.#engine.prepare(message.step);
        this.#engine.commit();
        this.#tell({ type: 'committed', generation: message.step.generation });
        return this.#tidy();
    }
  }

  /** Before the first request there is time to tidy up after a large configuration. */
  #tidy(): void {
    if (!this.#isListening) collectGarbage();
  }

  /** Why a step cannot be served; null where it can. */
  #prepare(step: Parameters<Engine['prepare']>[0]): string | null {
    try {
      this.#engine.prepare(step);
      return null;
    } catch (error) {
      this.#log.error('a worker cannot load a configuration', { worker: this.#order.number, error: detailOf(error) });
      return 'A worker could not load it; the error log says why.';
    }
  }

  async #listen(orders: readonly ListenOrder[]): Promise<void> {
    try {
      this.#isListening = true;
      const listeners = await Promise.all(orders.map((where) => this.#engine.listen({ ...where, reusePort: true })));
      this.#tell({ type: 'listening', listeners });
    } catch (error) {
      this.#tell({ type: 'not-listening', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #drain(order: DrainOrder): Promise<void> {
    await this.#engine.close(order);
    await finishLogs();
    this.#report();
    this.#tell({ type: 'drained' });
  }

  #report(wantsMetrics = false): void {
    const samples = this.#engine.metrics.take();
    const requests = this.#engine.takeMetricDelta();
    const { openRequests, connections } = this.#engine;
    const { active, accepted } = connections;
    const seen = { active, busy: Math.min(openRequests, active), accepted: accepted - this.#acceptedBefore };
    this.#acceptedBefore = accepted;
    const heapBytes = process.memoryUsage().heapUsed;
    const report = { requests, samples, openRequests, connections: seen, heapBytes };
    this.#tell({ type: 'report', report, wantsMetrics });
  }

  async #answer({ id, name, payload }: Extract<ToWorker, { type: 'ask' }>): Promise<void> {
    try {
      this.#tell({ type: 'answer', id, error: null, value: await this.#valueOf(name, payload) });
    } catch (error) {
      this.#tell({ type: 'answer', id, error: error instanceof Error ? error.message : String(error), value: null });
    }
  }

  /** What only a worker can answer. */
  #valueOf(name: string, payload: unknown): unknown {
    if (name === 'explain') return this.#engine.explain(payload as ExplainRequest);
    throw new Error(`A worker does not know what ${name} is.`);
  }

  #tell(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}

function engineFor(
  { settings, number, counters, concurrency, store, health, cache }: WorkerOrder,
  plugins: readonly AnyPlugin[],
  log: LevelledLog,
  renderMetrics: () => Promise<string>,
) {
  return createEngine({
    plugins,
    log,
    gatewayGroup: settings.group,
    renderMetrics,
    counters: new NodeCounters({ clock: Date, buffer: counters }),
    concurrency: new NodeConcurrency(concurrency, number),
    store: new NodeStore({ clock: Date, buffer: store }),
    ...(health && { health }),
    ...(cache && { cacheZones: openCacheZones(settings, cache, log) }),
    balancerSeed: randomInt(1, 2 ** 31),
    attributes: settings.plugin_attr,
    dataFolder: settings.data_dir,
    httpsPorts: httpsPorts(settings),
    router: settings.router,
    version,
    accessLog: openAccessLog(settings.access_log, log),
    ...(settings.access_log_format !== undefined && { accessLogFormat: settings.access_log_format }),
    accessLogEscape: settings.access_log_format_escape,
    readableBodyBytesMax: settings.max_post_args_readable_size * 1024 * 1024,
    ...pathOptions(settings),
    trustedAddresses: settings.trusted_addresses,
    limits: clientLimits(settings),
    ...upstreamOptions(settings),
    listeners: listenerOptions(settings),
    ...(settings.explain_secret !== undefined && {
      explainHeader: { name: settings.explain_header, secret: settings.explain_secret },
    }),
  });
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
