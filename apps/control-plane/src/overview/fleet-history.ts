import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Instances } from '../instances/instances.service.ts';
import { type Rates, ratesOf } from '../instances/load.ts';
import { TrafficReader } from './traffic-series.ts';

const STEP_MS = 5_000;
const STEPS_MAX = 120;
const SPAN_SECONDS = 600;

/** What a group did at one moment. */
export interface HistoryPoint {
  readonly time: string;
  readonly requests_per_second: number;
  readonly errors_per_second: number;
  readonly latency_p99_ms: number;
}

/**
 * The last ten minutes of each group, in memory: every control plane draws its own from what the rows say, and begins with
 * what the roll-ups know from before its start.
 */
@Injectable()
export class FleetHistory implements OnModuleInit, OnModuleDestroy {
  readonly #points = new Map<number, HistoryPoint[]>();
  readonly #listeners = new Set<(groupId: number, rates: Rates) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Instances) private readonly instances: Instances,
    @Inject(TrafficReader) private readonly traffic: TrafficReader,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.#remember();
    this.#timer = setInterval(() => void this.#sample(), STEP_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** The points of a group, oldest first. */
  of(groupId: number): readonly HistoryPoint[] {
    return this.#points.get(groupId) ?? [];
  }

  /** Calls back with the rates of each group, every five seconds; returns how to stop that. */
  onSample(listener: (groupId: number, rates: Rates) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #remember(): Promise<void> {
    const to = Date.now() / 1_000;
    for (const groupId of (await this.instances.loads()).keys()) {
      const { points } = await this.traffic.series(groupId, { from: to - SPAN_SECONDS, to, step: undefined });
      for (const point of points) this.#add(groupId, point);
    }
  }

  async #sample(): Promise<void> {
    try {
      const time = new Date().toISOString();
      for (const [groupId, loads] of await this.instances.loads()) {
        const rates = ratesOf(loads);
        this.#add(groupId, { time, ...rates });
        for (const listener of this.#listeners) listener(groupId, rates);
      }
    } catch (error) {
      new Logger('overview').warn(`no sample: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #add(groupId: number, { time, requests_per_second, errors_per_second, latency_p99_ms }: HistoryPoint): void {
    const points = this.#points.get(groupId) ?? [];
    points.push({ time, requests_per_second, errors_per_second, latency_p99_ms });
    if (points.length > STEPS_MAX) points.shift();
    this.#points.set(groupId, points);
  }
}
