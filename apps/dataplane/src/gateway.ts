import type { SettingsValues } from '@sluice/settings';
import type { Batch, LinkState, ResourceError } from '@sluice/sync';
import { pluginSchema } from './catalogue.ts';
import { wantedPorts } from './config/listeners.ts';
import type { dataPlaneSettings } from './config/settings.ts';
import { upstreamOptions } from './config/upstreams.ts';
import { resolutionsFor } from './configuration/resolutions.ts';
import { ServedConfiguration } from './configuration/served-configuration.ts';
import { commandHandler } from './control-api/commands.ts';
import type { Controlled } from './control-api/control-api.ts';
import { PrivatePorts } from './control-api/private-ports.ts';
import { drainOrder, type DrainReason, drainSlackMs } from './hand-over/drain-order.ts';
import { Predecessor } from './hand-over/predecessor.ts';
import { ConfigKeeper } from './source/config-keeper.ts';
import { DiskCopy } from './source/disk-copy.ts';
import { instanceId } from './source/instance-id.ts';
import { Links } from './source/links.ts';
import { type ReportedSource, sourceOpener, type SourceNeeds } from './source/open-source.ts';
import { type LevelledLog, parseLogLevel } from './telemetry/json-log.ts';
import { metricPrefix, NodeTelemetry } from './telemetry/node-telemetry.ts';
import { Reporter } from './telemetry/reporter.ts';
import { SelfReport } from './telemetry/self-report.ts';
import { UpstreamHealth } from './telemetry/upstream-health.ts';
import { version } from './version.ts';
import { createCacheMemory } from './workers/cache-memory.ts';
import { collectGarbage } from './workers/collect-garbage.ts';
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
  /** Resolves when another data plane has taken over and this one has finished; rejects when the ports cannot be opened. */
  readonly replaced: Promise<void>;
}

/** What a gateway is given besides its settings; tests put something in place of the usual. */
export interface GatewayParts {
  /** The program of a worker. */
  readonly entry?: URL;
  /** What `$env://` in the configuration refers to. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

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
  readonly #private: PrivatePorts;
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
    this.#shared = new SharedMemory(workerCount(settings), log, (message) => this.#pool.broadcast(message));
    const cache = createCacheMemory(settings, log);
    const prefix = metricPrefix(settings.plugin_attr);
    this.#health = new UpstreamHealth(log, {
      isOff: settings.disable_upstream_healthcheck,
      // Names of resources are keys of a store; a file has none.
      namePrefix: settings.source === 'file' ? '' : '/apisix',
      metricPrefix: prefix,
      ...upstreamOptions(settings),
    });
    this.#telemetry = new NodeTelemetry(log, prefix, () => this.#facts());
    const renderMetrics = () => this.#telemetry.render() + this.#health.renderMetrics();
    this.#pool = new WorkerPool({
      entry,
      count: workerCount(settings),
      stuckSeconds: settings.worker_timeout,
      log,
      orderFor: () => ({ settings, logLevel: log.level, ...this.#shared.buffers, cache, health: this.#health.buffer }),
      attach: () => served.store.attach(),
      report: (worker, report) => this.#telemetry.add(worker, report),
      renderMetrics,
      gone: (worker) => {
        this.#shared.dropWorker(worker);
        this.#telemetry.drop(worker);
      },
      changed: () => this.#reporter.reportHealth(),
    });
    const followers = [this.#health, this.#shared.stapler];
    const served = new ServedConfiguration(this.#pool, pluginSchema, followers, ...resolutionsFor(settings, env, log));
    this.#keeper = new ConfigKeeper(served, {
      applied: (step) => this.#applied(step),
      refused: (revision, errors) => this.#refused(revision, errors),
      linkChanged: (state) => this.#linkChanged(settings.source, state),
    });
    const [keeper, health, links] = [this.#keeper, this.#health, this.#links];
    this.#self = new SelfReport({ id, settings, keeper, crew: this.#pool.crew, health, links });
    const controlled = this.#controlled();
    this.#source = openSource({
      hello: () => this.#self.hello(),
      onCommand: commandHandler(controlled),
      reportLinkChanged: (state) => this.#linkChanged('control-plane', state),
    });
    this.#reporter = new Reporter(this.#source, {
      health: () => this.#self.healthMessage(),
      takeMetrics: () => this.#telemetry.takeRequests(),
    });
    this.#private = new PrivatePorts(settings, controlled, renderMetrics);
  }

  get replaced(): Promise<void> {
    return this.#replaced.promise;
  }

  async start(): Promise<void> {
    const wanted = wantedPorts(this.#settings);
    const predecessor = this.#settings.take_over ? await Predecessor.find(this.#settings.control_port) : undefined;
    if (predecessor) await predecessor.keep();
    else await this.#private.open();
    this.#ports = predecessor ? wanted : await claimPorts(wanted);
    this.#pool.crew.start();
    this.#shared.rotateTicketKeys();
    const copy = await this.#disk.read();
    if (copy) await this.#keeper.receive(copy);
    // Not before it serves: nobody waits for this thread then.
    void this.#listening?.then(collectGarbage, () => undefined);
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
    this.#reporter.stop();
    void this.#source.stop();
    void this.#private.close();
  }

  async stop(): Promise<void> {
    await this.#drain('stop');
    this.#reporter.end();
    this.#keeper.served.close();
    await this.#source.stop();
    await this.#disk.flush();
    await this.#private.close();
  }

  reopenLogs(): void {
    this.#pool.broadcast({ type: 'reopen-logs' });
  }

  /** What the control API shows and does. */
  #controlled(): Controlled {
    return {
      version,
      keeper: this.#keeper,
      keptRevision: () => this.#disk.revision,
      lookup: pluginSchema,
      health: this.#health,
      state: () => this.#self.state(),
      workers: () => this.#pool.crew.states(),
      setLogLevel: (level) => this.#setLogLevel(level),
      explain: (request) => this.#explain(request),
      keep: () => this.#disk.flush(),
      reopenLogs: () => this.reopenLogs(),
      drain: () => this.#drain('stop'),
      handOver: () => this.#handOver(),
    };
  }

  /** This one serves already: the other one may go. */
  async #takeOver(predecessor: Predecessor): Promise<void> {
    await predecessor.giveWay(
      () => this.#listening,
      () => this.#private.open(),
    );
    this.#log.info('The traffic of the data plane before is taken over.', { pid: predecessor.pid });
  }

  /** Somebody else serves on the same ports: gives up everything that only one can have, then finishes what is in flight. */
  async #handOver(): Promise<void> {
    this.#log.info('Another data plane takes over.');
    this.#reporter.stop();
    await this.#source.stop();
    await this.#disk.flush();
    // The answer to whoever takes over goes out before the port closes.
    setImmediate(() => void this.#private.close());
    void this.#drain('hand-over').then(() => this.#replaced.resolve());
  }

  #applied(step: Batch): void {
    this.#disk.keep(() => this.#keeper.copy(), step);
    this.#telemetry.applied(step);
    this.#serve();
  }

  #refused(revision: number, errors: readonly ResourceError[]): void {
    this.#log.error('A revision is refused; the one before stays.', { revision, errors: errors.slice(0, 20) });
    this.#serve();
  }

  /** The proxy opens its ports with the first configuration: before it, a load balancer would get nothing but 404. */
  #serve(): void {
    if (this.#listening || this.#self.isDraining || !this.#keeper.isServing) return;
    this.#listening = this.#listen();
    this.#listening.catch((error: unknown) => this.#replaced.reject(error));
  }

  async #listen(): Promise<void> {
    const addresses = await this.#pool.listen(this.#ports);
    this.#self.listeners = addresses.map((address, i) => ({ address, order: this.#ports[i] }));
    for (const { address, port } of addresses) this.#log.info('The data plane serves.', { address, port });
    this.#reporter.reportHealth();
  }

  #linkChanged(name: string, state: LinkState): void {
    this.#links.note(name, state);
    if (state.connected) this.#reporter.reportHealth();
  }

  async #drain(reason: DrainReason): Promise<void> {
    if (!this.#self.isDraining) {
      this.#self.isDraining = true;
      this.#source.sendDrain(true, this.#pool.openRequests);
    }
    await this.#listening;
    const order = drainOrder(this.#settings.drain_seconds, reason);
    const overdue = setTimeout(() => this.#pool.crew.end(), order.deadlineMs + drainSlackMs);
    await this.#pool.drain(order);
    clearTimeout(overdue);
  }

  /** A worker explains it; the revision is what all of them serve. */
  async #explain(request: unknown): Promise<object> {
    const explanation = (await this.#pool.ask('explain', request)) as object;
    return { revision: this.#keeper.appliedRevision, ...explanation };
  }

  #setLogLevel(text: string): void {
    this.#log.level = parseLogLevel(text);
    this.#pool.setLogLevel(this.#log.level);
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
