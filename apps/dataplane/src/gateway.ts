import { hostname } from 'node:os';
import type { Log } from '@sluice/plugin-kit';
import { NodeCounters } from '@sluice/counters';
import { createEngine, type Engine, type ListenAddress } from '@sluice/engine';
import type { SettingsValues } from '@sluice/settings';
import type { LinkState, ResourceError } from '@sluice/sync';
import type { HealthMessage } from '@sluice/sync/grpc';
import { openAccessLog } from './telemetry/access-log-target.ts';
import { catalogue, pluginSchema } from './catalogue.ts';
import { catalogueHashes } from './catalogue-hashes.ts';
import type { dataPlaneSettings } from './config/settings.ts';
import { controlApi } from './control-api/control-api.ts';
import { listenOn } from './control-api/listen-on.ts';
import { ConfigKeeper } from './source/config-keeper.ts';
import { DiskCopy } from './source/disk-copy.ts';
import { instanceId } from './source/instance-id.ts';
import { Links } from './source/links.ts';
import { type ReportedSource, sourceOpener, type SourceNeeds } from './source/open-source.ts';
import { metricsServer } from './telemetry/metrics-server.ts';
import { Reporter } from './telemetry/reporter.ts';
import { version } from './version.ts';

type Values = SettingsValues<typeof dataPlaneSettings>;

/** A running data plane. */
export interface Gateway {
  /** Stops accepting, finishes what is in flight, writes the disk copy. */
  stop(): Promise<void>;
}

/** Wires engine, source, disk copy, private APIs and reports, and starts them in that order. */
export async function startGateway(settings: Values, log: Log): Promise<Gateway> {
  const openSource = await sourceOpener(settings);
  const id = settings.instance_id ?? (await instanceId(settings.data_dir));
  const gateway = new RunningGateway(settings, log, id, openSource);
  await gateway.start();
  return gateway;
}

class RunningGateway implements Gateway {
  readonly #settings: Values;
  readonly #log: Log;
  readonly #startedAt = Date.now();
  readonly #engine: Engine;
  readonly #keeper: ConfigKeeper;
  readonly #disk: DiskCopy;
  readonly #source: ReportedSource;
  readonly #reporter: Reporter;
  readonly #control;
  readonly #metrics;
  readonly #links: Links;
  #listening: Promise<ListenAddress> | undefined;
  #address: ListenAddress | undefined;
  #isDraining = false;

  constructor(settings: Values, log: Log, id: string, openSource: (needs: SourceNeeds) => ReportedSource) {
    this.#settings = settings;
    this.#log = log;
    this.#links = new Links(log);
    this.#disk = new DiskCopy(settings.data_dir, settings.group, log);
    this.#engine = createEngine({
      plugins: catalogue,
      log,
      counters: new NodeCounters({ clock: Date }),
      attributes: settings.plugin_attr,
      router: settings.router,
      version,
      accessLog: openAccessLog(settings.access_log, log),
      ...(settings.access_log_format !== undefined && { accessLogFormat: settings.access_log_format }),
      trustedAddresses: settings.trusted_addresses,
    });
    this.#keeper = new ConfigKeeper(this.#engine, {
      applied: () => this.#applied(),
      refused: (revision, errors) => this.#refused(revision, errors),
      linkChanged: (state) => this.#linkChanged(settings.source, state),
    });
    this.#source = openSource({
      hello: () => this.#hello(id),
      onCommand: (name) => this.#command(name),
      reportLinkChanged: (state) => this.#linkChanged('control-plane', state),
    });
    this.#reporter = new Reporter(this.#source, {
      health: () => this.#health(),
      takeMetrics: () => this.#engine.takeMetricDelta(),
    });
    this.#control = controlApi({
      version,
      keeper: this.#keeper,
      keptRevision: () => this.#disk.revision,
      lookup: pluginSchema,
      state: () => this.#state(),
      drain: () => this.#drain(),
    });
    this.#metrics = metricsServer(() => this.#engine.metrics.render());
  }

  async start(): Promise<void> {
    await listenOn(this.#control, this.#settings.control_port, 'SLUICE_CONTROL_PORT');
    await listenOn(this.#metrics, this.#settings.metrics_port, 'SLUICE_METRICS_PORT');
    const copy = await this.#disk.read();
    if (copy) await this.#keeper.receive(copy);
    this.#source.start(this.#keeper);
    this.#reporter.start();
  }

  async stop(): Promise<void> {
    await this.#drain();
    this.#reporter.report();
    this.#reporter.stop();
    await this.#source.stop();
    await this.#disk.flush();
    await Promise.all([this.#control.close(), this.#metrics.close()]);
  }

  #applied(): void {
    this.#disk.keep(() => (this.#keeper.errors.length === 0 ? this.#keeper.state : undefined));
    this.#serve();
  }

  #refused(revision: number, errors: readonly ResourceError[]): void {
    this.#log.error('A revision is refused; the one before stays in service.', {
      revision,
      errors: errors.slice(0, 20),
    });
    this.#serve();
  }

  /** The proxy opens its port with the first configuration: before it, a load balancer would get nothing but 404. */
  #serve(): void {
    if (this.#isDraining || !this.#keeper.isServing) return;
    this.#listening ??= this.#listen();
  }

  async #listen(): Promise<ListenAddress> {
    const { host, http_port: port } = this.#settings;
    const address = await this.#engine.listen({ host, port });
    this.#address = address;
    this.#log.info('The data plane serves.', { address: address.address, port: address.port });
    this.#reporter.reportHealth();
    return address;
  }

  #linkChanged(name: string, state: LinkState): void {
    this.#links.note(name, state);
    if (state.connected) this.#reporter.reportHealth();
  }

  async #drain(): Promise<void> {
    if (!this.#isDraining) {
      this.#isDraining = true;
      this.#source.sendDrain(true, this.#engine.openRequests);
    }
    await this.#listening;
    await this.#engine.close({ deadlineMs: this.#settings.drain_seconds * 1000 });
  }

  async #command(name: string): Promise<Uint8Array> {
    if (name !== 'drain') throw new Error(`This data plane does not know the command ${name}.`);
    void this.#drain();
    return new Uint8Array();
  }

  #state(): { state: string; reason: string } {
    if (this.#isDraining) return { state: 'draining', reason: 'The data plane is being stopped.' };
    if (!this.#address) return { state: 'starting', reason: 'No configuration has arrived yet.' };
    const [first] = this.#keeper.errors;
    if (first) return { state: 'degraded', reason: `${first.kind} ${first.id}: ${first.message}` };
    return { state: 'ready', reason: '' };
  }

  #hello(id: string) {
    return {
      instance_id: id,
      hostname: hostname(),
      version,
      group: this.#settings.group,
      labels: { ...this.#settings.labels },
      catalogue: catalogueHashes(catalogue),
      workers: 1,
      started_at: this.#startedAt,
      applied_revision: this.#keeper.appliedRevision,
    };
  }

  #health(): HealthMessage {
    const listeners = this.#address
      ? [{ address: this.#address.address, port: this.#address.port, protocol: 'http' }]
      : [];
    return {
      ...this.#state(),
      listeners,
      targets: [],
      links: this.#links.report(),
      uptime_ms: Date.now() - this.#startedAt,
      rss_bytes: process.memoryUsage.rss(),
    };
  }
}
