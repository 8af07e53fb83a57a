import type { FastifyInstance } from 'fastify';
import type { SettingsValues } from '@sluice/settings';
import type { dataPlaneSettings } from '../config/settings.ts';
import { metricsServer } from '../telemetry/metrics-server.ts';
import { type Controlled, controlApi } from './control-api.ts';
import { listenOn } from './listen-on.ts';

/** The two ports on loopback that only one data plane of a machine can have: control API and metrics. */
export class PrivatePorts {
  readonly #settings: SettingsValues<typeof dataPlaneSettings>;
  readonly #control: FastifyInstance;
  readonly #metrics: FastifyInstance;

  constructor(settings: SettingsValues<typeof dataPlaneSettings>, controlled: Controlled, renderMetrics: () => string) {
    this.#settings = settings;
    this.#control = controlApi(controlled);
    this.#metrics = metricsServer(renderMetrics);
  }

  async open(): Promise<void> {
    await listenOn(this.#control, this.#settings.control_port, 'SLUICE_CONTROL_PORT');
    await listenOn(this.#metrics, this.#settings.metrics_port, 'SLUICE_METRICS_PORT');
  }

  async close(): Promise<void> {
    await Promise.all([this.#control.close(), this.#metrics.close()]);
  }
}
