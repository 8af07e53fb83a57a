import { type DynamicModule, Module } from '@nestjs/common';
import { LeadershipModule } from '../leadership/leadership.module.ts';
import { AuditMetrics } from './audit-metrics.ts';
import { FleetMetrics } from './fleet-metrics.ts';
import { MetricRegistry } from './metric-registry.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { PrometheusController } from './prometheus.controller.ts';

/** What this control plane counts, for Prometheus. The server counts into the registry from before there are modules. */
@Module({})
export class MetricsModule {
  static of(registry: MetricRegistry): DynamicModule {
    return {
      module: MetricsModule,
      imports: [LeadershipModule],
      controllers: [PrometheusController],
      providers: [{ provide: MetricRegistry, useValue: registry }, AuditMetrics, FleetMetrics, ProcessMetrics],
    };
  }
}
