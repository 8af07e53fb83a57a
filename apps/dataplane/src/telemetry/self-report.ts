import { hostname } from 'node:os';
import type { ListenAddress } from '@sluice/engine';
import type { SettingsValues } from '@sluice/settings';
import type { HealthMessage } from '@sluice/sync/grpc';
import { catalogue } from '../catalogue.ts';
import { catalogueHashes } from '../catalogue-hashes.ts';
import type { dataPlaneSettings } from '../config/settings.ts';
import type { ConfigKeeper } from '../source/config-keeper.ts';
import type { Links } from '../source/links.ts';
import { version } from '../version.ts';
import type { ListenOrder } from '../workers/messages.ts';
import type { WorkerCrew } from '../workers/worker-crew.ts';
import { workerCount } from '../workers/worker-program.ts';
import type { UpstreamHealth } from './upstream-health.ts';

/** The parts of a data plane that a report is about. */
export interface ReportedParts {
  readonly id: string;
  readonly settings: SettingsValues<typeof dataPlaneSettings>;
  readonly keeper: ConfigKeeper;
  readonly crew: WorkerCrew;
  readonly health: UpstreamHealth;
  readonly links: Links;
}

/** What a data plane says of itself: to the control plane, to load balancers, to whoever asks its control API. */
export class SelfReport {
  readonly #parts: ReportedParts;
  readonly #startedAt = Date.now();
  /** Where the proxy listens, and as what; empty until it does. */
  listeners: readonly { readonly address: ListenAddress; readonly order: ListenOrder | undefined }[] = [];
  isDraining = false;

  constructor(parts: ReportedParts) {
    this.#parts = parts;
  }

  /** ready, starting, degraded or draining, with the reason. */
  state(): { state: string; reason: string } {
    const { keeper, crew } = this.#parts;
    if (this.isDraining) return { state: 'draining', reason: 'The data plane is being stopped.' };
    if (this.listeners.length === 0) return { state: 'starting', reason: 'No configuration has arrived yet.' };
    const [first] = keeper.errors;
    if (first) return { state: 'degraded', reason: `${first.kind} ${first.id}: ${first.message}` };
    const [missing] = keeper.served.missing;
    if (missing) return { state: 'degraded', reason: `${missing.kind} ${missing.id}: ${missing.message}` };
    const { failing } = crew;
    if (failing.length > 0) return { state: 'degraded', reason: `Workers that keep dying: ${failing.join(', ')}` };
    return { state: 'ready', reason: '' };
  }

  hello() {
    const { id, settings, keeper } = this.#parts;
    return {
      instance_id: id,
      hostname: hostname(),
      version,
      group: settings.group,
      labels: { ...settings.labels },
      catalogue: catalogueHashes(catalogue),
      workers: workerCount(settings),
      started_at: this.#startedAt,
      applied_revision: keeper.appliedRevision,
    };
  }

  healthMessage(): HealthMessage {
    const listeners = this.listeners.map(({ address: { address, port }, order }) => {
      return { address, port, protocol: order?.protocol ?? 'http' };
    });
    return {
      ...this.state(),
      listeners,
      targets: this.#parts.health.unhealthy(),
      links: this.#parts.links.report(),
      uptime_ms: Date.now() - this.#startedAt,
      rss_bytes: process.memoryUsage.rss(),
    };
  }
}
