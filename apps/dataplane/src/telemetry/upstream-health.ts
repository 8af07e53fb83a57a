import {
  type DnsSettings,
  type HealthInput,
  HealthMonitor,
  renderUpstreamStatus,
  type UnhealthyTarget,
  unhealthyTargets,
  type UpstreamHealthReport,
} from '@sluice/engine';
import type { Log } from '@sluice/plugin-kit';

/** Unhealthy targets that one health message carries at most. */
const reportedMax = 100;

/** What is watched, and how it is named. */
export interface UpstreamHealthOptions {
  readonly isOff: boolean;
  /** Stands before the names of resources, as the compatible surface has it: `/apisix`, or nothing for a file. */
  readonly namePrefix: string;
  /** Begins the names of metrics, such as `apisix_`. */
  readonly metricPrefix: string;
  readonly dns?: DnsSettings;
  readonly trustedCertificates?: readonly string[];
}

/** The health of all upstream nodes of this data plane: probed once, whatever the number of workers. */
export class UpstreamHealth {
  readonly #monitor: HealthMonitor | null;
  readonly #options: UpstreamHealthOptions;

  constructor(log: Log, options: UpstreamHealthOptions) {
    this.#monitor = options.isOff ? null : new HealthMonitor({ log, ...options });
    this.#options = options;
  }

  /** For the engines that are to know of it. */
  get buffer(): SharedArrayBuffer | undefined {
    return this.#monitor?.buffer;
  }

  follow(changes: readonly HealthInput[]): void {
    this.#monitor?.apply({ type: 'delta', changes });
  }

  *reports(): IterableIterator<UpstreamHealthReport> {
    for (const { kind, id } of this.#monitor?.upstreams.values() ?? []) {
      const report = this.report(kind, id);
      if (report) yield report;
    }
  }

  report(kind: string, id: string): UpstreamHealthReport | undefined {
    const report = this.#monitor?.report(kind, id);
    return report && { ...report, name: `${this.#options.namePrefix}${report.name}` };
  }

  /** Those that get no traffic, for the control plane. */
  unhealthy(): UnhealthyTarget[] {
    return this.#monitor ? unhealthyTargets(this.#monitor, reportedMax) : [];
  }

  /** As metrics, in the text format of Prometheus. */
  renderMetrics(): string {
    const { namePrefix, metricPrefix } = this.#options;
    return this.#monitor ? renderUpstreamStatus(this.#monitor, { namePrefix, metricPrefix }) : '';
  }

  close(): void {
    this.#monitor?.close();
  }
}
