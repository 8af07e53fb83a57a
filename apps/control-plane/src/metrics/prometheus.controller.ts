import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Access } from '../access/access.decorator.ts';
import { AuditMetrics } from './audit-metrics.ts';
import { FleetMetrics } from './fleet-metrics.ts';
import { MetricRegistry, type Series } from './metric-registry.ts';
import { ProcessMetrics } from './process-metrics.ts';

/** A scrape must not hang with the database: it then tells what the process knows by itself. */
const DATABASE_WITHIN_MS = 2_000;

/** What Prometheus reads. */
@Controller('metrics')
export class PrometheusController {
  readonly #databaseUp: Series;
  #asking: Promise<boolean> | undefined;

  constructor(
    @Inject(MetricRegistry) private readonly registry: MetricRegistry,
    @Inject(ProcessMetrics) private readonly process: ProcessMetrics,
    @Inject(FleetMetrics) private readonly fleet: FleetMetrics,
    @Inject(AuditMetrics) private readonly audit: AuditMetrics,
  ) {
    const help = '1 where the database answered this scrape; otherwise what it knows is as of the last answer.';
    this.#databaseUp = registry.gauge('sluice_control_plane_database_up', help);
  }

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Access({ role: 'viewer', via: ['key'] })
  async scrape(): Promise<string> {
    const isUp = await Promise.race([this.#askDatabase(), setTimeout(DATABASE_WITHIN_MS, false, { ref: false })]);
    this.#databaseUp.set(Number(isUp));
    this.process.refresh();
    return this.registry.text();
  }

  /** Whoever scrapes meanwhile waits for the same answers: entries must not be counted twice. */
  #askDatabase(): Promise<boolean> {
    this.#asking ??= Promise.all([this.fleet.refresh(), this.audit.refresh()])
      .then(
        () => true,
        () => false,
      )
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }
}
