import type { SettingsValues } from '@sluice/settings';
import type { Batch, LinkState, ResourceError } from '@sluice/sync';
import { pluginSchema } from './catalogue.ts';
import { wantedPorts } from './config/listeners.ts';
import type { dataPlaneSettings } from './config/settings.ts';
import { upstreamOptions } from './config/upstreams.ts';
import { SecretResolution } from './configuration/secret-resolution.ts';
import { ServedConfiguration } from './configuration/served-configuration.ts';
import { controlApi } from './control-api/control-api.ts';
import { explainRequest } from './control-api/explain-request.ts';
import { listenOn } from './control-api/listen-on.ts';
import { Predecessor } from './hand-over/predecessor.ts';
import { ConfigKeeper } from './source/config-keeper.ts';
import { DiskCopy } from './source/disk-copy.ts';
import { instanceId } from './source/instance-id.ts';
import { Links } from './source/links.ts';
import { type ReportedSource, sourceOpener, type SourceNeeds } from './source/open-source.ts';
import { type LevelledLog, type LogLevel, logLevels } from './telemetry/json-log.ts';
import { metricsServer } from './telemetry/metrics-server.ts';
import { NodeTelemetry } from './telemetry/node-telemetry.ts';
import { Reporter } from './telemetry/reporter.ts';
import { SelfReport } from './telemetry/self-report.ts';
import { UpstreamHealth } from './telemetry/upstream-health.ts';
import { version } from './version.ts';
import { collectGarbageAfter } from './workers/collect-garbage.ts';
import { claimPorts } from './workers/listen-orders.ts';
import type { ListenOrder } from './workers/messages.ts';
import { SharedMemory } from './workers/shared-memory.ts';
import { workerCount, workerProgram } from './workers/worker-program.ts';
import { WorkerPool } from './workers/worker-pool.ts';

type Values = SettingsValues<typeof dataPlaneSettings>;

/** A running data plane. */
export interface Gateway {
  /** Stops accepting, finishes what is in flight, writes the disk copy. */
  stop(): Promise<void>;
  /** Opens log files anew, after somebody has moved them away. */
  reopenLogs(): void;
  /** Resolves when another data plane has taken over and this one has finished. */
  readonly replaced: Promise<void>;
}

/** What a gateway is given besides its settings; tests put something in place of the usual. */
export interface GatewayParts {
  /** The program of a worker. */
  readonly entry?: URL;
  /** What `$env://` in the configuration refers to. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Connections without a request wait so long for one, in milliseconds, when somebody else serves their successors. */
const handOverIdleMs = 5_000;
/** The same when the process stops for good. */
const stopIdleMs = 1_000;
/** How much longer than the requests in flight the workers may take. */
const drainSlackMs = 1_000;

/** Wires workers, source, disk copy, private APIs and reports, and starts them in that order. */
export async function startGateway(settings: Values, log: LevelledLog, parts: GatewayParts = {}): Promise<Gateway> {
  const openSource = await sourceOpener(settings);
  const id = settings.instance_id ?? (await instanceId(settings.data_dir));
  const gateway = new Supervisor(settings, log, id, openSource, parts);
  try {
    await gateway.start();
  } catch (error) {
    gateway.abandon();
    throw error;
  }
  return gateway;
}

/** The main thread of a data plane: it serves no request itself, and keeps those that do. */
class Supervisor implements Gateway {
  readonly #settings: Values;
  readonly #log: LevelledLog;
  readonly #self: SelfReport;
  readonly #shared: SharedMemory;
  readonly #health: UpstreamHealth;
  readonly #pool: WorkerPool;
  readonly #keeper: ConfigKeeper;
  readonly #disk: DiskCopy;
  readonly #source: ReportedSource;
  readonly #reporter: Reporter;
  readonly #telemetry: NodeTelemetry;
  readonly #control;
  readonly #metrics;
  readonly #links: Links;
  readonly #replaced = Promise.withResolvers<void>();
  #ports: readonly ListenOrder[] = [];
  #listening: Promise<void> | undefined;

  constructor(
    settings: Values,
    log: LevelledLog,
    id: string,
    openSource: (needs: SourceNeeds) => ReportedSource,
    { entry = workerProgram(), env = {} }: GatewayParts,
  ) {
    this.#settings = settings;
    this.#log = log;
    this.#links = new Links(log);
    this.#disk = new DiskCopy(settings.data_dir, settings.group, log);
    this.#shared = new SharedMemory(workerCount(settings));
    const prefix = metricPrefix(settings.plugin_attr);
    this.#health = new UpstreamHealth(log, {
      isOff: settings.disable_upstream_healthcheck,
      namePrefix: '/apisix',
      metricPrefix: prefix,
      dns: upstreamOptions(settings).dns,
    });
    this.#telemetry = new NodeTelemetry(log, prefix, () => this.#facts());
    this.#pool = new WorkerPool({
      entry,
      count: workerCount(settings),
      stuckSeconds: settings.worker_timeout,
      log,
      orderFor: () => ({ settings, logLevel: log.level, ...this.#shared.buffers, health: this.#health.buffer }),
      attach: () => served.store.attach(),
      report: (worker, report) => this.#telemetry.add(worker, report),
      gone: (worker) => this.#workerGone(worker),
      changed: () => this.#reporter.reportHealth(),
    });
    const served = new ServedConfiguration(this.#pool, pluginSchema, this.#health, new SecretResolution(env, log));
    this.#keeper = new ConfigKeeper(served, {
      applied: (step) => this.#applied(step),
      refused: (revision, errors) => this.#refused(revision, errors),
      linkChanged: (state) => this.#linkChanged(settings.source, state),
    });
    const { crew } = this.#pool;
    this.#self = new SelfReport({ id, settings, keeper: this.#keeper, crew, health: this.#health, links: this.#links });
    this.#source = openSource({
      hello: () => this.#self.hello(),
      onCommand: (name, payload) => this.#command(name, payload),
      reportLinkChanged: (state) => this.#linkChanged('control-plane', state),
    });
    this.#reporter = new Reporter(this.#source, {
      health: () => this.#self.healthMessage(),
      takeMetrics: () => this.#telemetry.takeRequests(),
    });
    this.#control = controlApi({
      version,
      keeper: this.#keeper,
      keptRevision: () => this.#disk.revision,
      lookup: pluginSchema,
      health: this.#health,
      state: () => this.#self.state(),
      workers: () => crew.states(),
      setLogLevel: (level) => this.#setLogLevel(level),
      explain: (request) => this.#explain(request),
      keep: () => this.#disk.flush(),
      drain: () => this.#drain(stopIdleMs),
      handOver: () => this.#handOver(),
    });
    this.#metrics = metricsServer(() => this.#telemetry.render() + this.#health.renderMetrics());
  }

  get replaced(): Promise<void> {
    return this.#replaced.promise;
  }

  async start(): Promise<void> {
    const wanted = wantedPorts(this.#settings);
    const predecessor = await this.#predecessor();
    if (predecessor) await predecessor.keep();
    else await this.#openPrivatePorts();
    this.#ports = predecessor ? wanted : await claimPorts(wanted);
    this.#pool.crew.start();
    const copy = await this.#disk.read();
    if (copy) await this.#keeper.receive(copy);
    collectGarbageAfter(this.#keeper.served.store.size);
    if (predecessor && copy) await this.#takeOver(predecessor);
    this.#source.start(this.#keeper);
    this.#reporter.start();
    // With nothing on disk, the source has to say first what is to be served.
    if (predecessor && !copy) await this.#takeOver(predecessor);
  }

  /** Ends what a start that failed has begun. */
  abandon(): void {
    this.#keeper.served.close();
    this.#pool.crew.end();
    this.#health.close();
    this.#reporter.stop();
    void this.#source.stop();
    void this.#control.close();
    void this.#metrics.close();
  }

  async stop(): Promise<void> {
    await this.#drain(stopIdleMs);
    this.#reporter.report();
    await this.#close();
  }

  reopenLogs(): void {
    this.#pool.broadcast({ type: 'reopen-logs' });
  }

  async #predecessor(): Promise<Predecessor | undefined> {
    return this.#settings.take_over ? await Predecessor.find(this.#settings.control_port) : undefined;
  }

  async #openPrivatePorts(): Promise<void> {
    await listenOn(this.#control, this.#settings.control_port, 'SLUICE_CONTROL_PORT');
    await listenOn(this.#metrics, this.#settings.metrics_port, 'SLUICE_METRICS_PORT');
  }

  /** This one serves already: the other one may go. */
  async #takeOver(predecessor: Predecessor): Promise<void> {
    while (!this.#listening) await predecessor.pause();
    await this.#listening;
    await predecessor.handOver();
    await predecessor.retry(() => this.#openPrivatePorts());
    this.#log.info('The traffic of the data plane before is taken over.', { pid: predecessor.pid });
  }

  /** Somebody else serves on the same ports: gives up everything that only one can have, then finishes what is in flight. */
  async #handOver(): Promise<void> {
    this.#log.info('Another data plane takes over.');
    this.#reporter.stop();
    await this.#source.stop();
    await this.#disk.flush();
    // The answer to whoever takes over goes out before the port closes.
    setImmediate(() => void Promise.all([this.#control.close(), this.#metrics.close()]));
    void this.#drain(handOverIdleMs).then(() => this.#replaced.resolve());
  }

  async #close(): Promise<void> {
    this.#keeper.served.close();
    this.#reporter.stop();
    this.#health.close();
    await this.#source.stop();
    await this.#disk.flush();
    await Promise.all([this.#control.close(), this.#metrics.close()]);
  }

  #applied(step: Batch): void {
    this.#disk.keep(() => (this.#keeper.errors.length === 0 ? this.#keeper.copy() : undefined), step);
    this.#serve();
  }

  #refused(revision: number, errors: readonly ResourceError[]): void {
    this.#log.error('A revision is refused; the one before stays in service.', {
      revision,
      errors: errors.slice(0, 20),
    });
    this.#serve();
  }

  /** The proxy opens its ports with the first configuration: before it, a load balancer would get nothing but 404. */
  #serve(): void {
    if (this.#self.isDraining || !this.#keeper.isServing) return;
    this.#listening ??= this.#listen();
  }

  async #listen(): Promise<void> {
    const addresses = await this.#pool.listen(this.#ports);
    this.#self.listeners = addresses.map((address, i) => ({ address, order: this.#ports[i] }));
    for (const { address, port } of addresses) this.#log.info('The data plane serves.', { address, port });
    this.#reporter.reportHealth();
  }

  #workerGone(worker: number): void {
    this.#shared.dropWorker(worker);
    this.#telemetry.drop(worker);
  }

  #linkChanged(name: string, state: LinkState): void {
    this.#links.note(name, state);
    if (state.connected) this.#reporter.reportHealth();
  }

  async #drain(idleMs: number): Promise<void> {
    if (!this.#self.isDraining) {
      this.#self.isDraining = true;
      this.#source.sendDrain(true, this.#pool.openRequests);
    }
    await this.#listening;
    const deadlineMs = this.#settings.drain_seconds * 1000;
    const overdue = setTimeout(() => this.#pool.crew.end(), deadlineMs + drainSlackMs);
    await this.#pool.drain({ deadlineMs, idleMs });
    clearTimeout(overdue);
  }

  async #command(name: string, payload: Uint8Array): Promise<Uint8Array> {
    if (name === 'drain') void this.#drain(stopIdleMs);
    else if (name === 'log-level') this.#setLogLevel(Buffer.from(payload).toString());
    else if (name === 'explain') return Buffer.from(JSON.stringify(await this.#explain(askedIn(payload))));
    else throw new Error(`This data plane does not know the command ${name}.`);
    return new Uint8Array();
  }

  /** A worker explains it; the revision is what all of them serve. */
  async #explain(request: unknown): Promise<object> {
    const explanation = (await this.#pool.ask('explain', request)) as object;
    return { revision: this.#keeper.appliedRevision, ...explanation };
  }

  #setLogLevel(text: string): void {
    const level = logLevels.find((known): known is LogLevel => known === text);
    if (!level) throw new Error(`There is no log level ${text}: ${logLevels.join(', ')}.`);
    this.#log.level = level;
    this.#pool.setLogLevel(level);
  }

  #facts() {
    return {
      workers: this.#pool.crew.states(),
      ...this.#shared.facts(),
      appliedRevision: this.#keeper.appliedRevision,
      resourceCount: this.#keeper.served.store.size,
      isSourceReachable: this.#links.isConnected(this.#settings.source),
    };
  }
}

function askedIn(payload: Uint8Array): unknown {
  return explainRequest(JSON.parse(Buffer.from(payload).toString()));
}

function metricPrefix(attributes: Values['plugin_attr']): string {
  const prefix = attributes['prometheus']?.['metric_prefix'];
  return typeof prefix === 'string' ? prefix : 'apisix_';
}
