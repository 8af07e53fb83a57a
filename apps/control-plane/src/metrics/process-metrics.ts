import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Leadership } from '../leadership/leadership.ts';
import { version } from '../system/version.ts';
import { MetricRegistry, type Series } from './metric-registry.ts';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** How this process is: what needs no question to anybody. */
@Injectable()
export class ProcessMetrics implements OnModuleDestroy {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #gauges: Readonly<Record<'memory' | 'heap' | 'cpu' | 'lag' | 'pool' | 'leader', Series>>;

  constructor(
    @Inject(MetricRegistry) registry: MetricRegistry,
    @Inject(Leadership) private readonly leadership: Leadership,
    @Inject(DataSource) private readonly database: DataSource,
  ) {
    this.#delay.enable();
    registry.gauge('sluice_control_plane_info', 'The build that runs; always 1.', 'version').set(1, version);
    const startedAt = Date.now() / 1_000 - process.uptime();
    registry.gauge('process_start_time_seconds', 'When the process began, in seconds since the epoch.').set(startedAt);
    const lagHelp = 'How late the event loop was since the last scrape.';
    this.#gauges = {
      memory: registry.gauge('process_resident_memory_bytes', 'Memory that the process holds.'),
      heap: registry.gauge('nodejs_heap_size_used_bytes', 'Memory of the heap in use.'),
      cpu: registry.counter('process_cpu_seconds_total', 'Processor time that was used, by user and system.'),
      lag: registry.gauge('sluice_control_plane_event_loop_lag_seconds', lagHelp, 'quantile'),
      pool: registry.gauge('sluice_control_plane_database_connections', 'Connections of the pool.', 'state'),
      leader: registry.gauge('sluice_control_plane_leader', '1 where this control plane leads.'),
    };
  }

  onModuleDestroy(): void {
    this.#delay.disable();
  }

  refresh(): void {
    const { memory, heap, cpu, lag, pool, leader } = this.#gauges;
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    memory.set(rss);
    heap.set(heapUsed);
    cpu.set((user + system) / MICROSECONDS);
    for (const percentile of [50, 99]) {
      lag.set(this.#delay.percentile(percentile) / NANOSECONDS, String(percentile / 100));
    }
    lag.set(this.#delay.max / NANOSECONDS, '1');
    this.#delay.reset();
    const { master } = this.database.driver as unknown as { readonly master: Pool };
    pool.set(master.idleCount, 'idle');
    pool.set(master.totalCount - master.idleCount, 'busy');
    pool.set(master.waitingCount, 'waiting');
    leader.set(Number(this.leadership.isLeader));
  }
}
