import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { MetricDeltaMessage } from '@sluice/sync/grpc';
import { DataSource } from 'typeorm';
import { InstanceRegistry } from '../instances/instance-registry.ts';
import { loadOf } from '../instances/load.ts';
import { addLoad, addSum, emptySum, type TrafficSum } from './traffic-sums.ts';
import { rollupSteps } from './traffic-steps.ts';

const WRITE_EVERY_MS = 5_000;
const SWEEP_EVERY_MS = 60_000;
const SWEEP_ROWS_MAX = 5_000;
/** While the database is away this much is held, an hour of one group; then the oldest is lost. */
const WAITING_MAX = 360;
/** A data plane reports every five seconds; what claims to be much longer is a clock that was set. */
const SPAN_SECONDS_MAX = 60;
const FINEST_MS = (rollupSteps[0]?.seconds ?? 10) * 1_000;

/**
 * Adds up what the data planes connected here do, and adds that to what other control planes have added: no leader is
 * needed, and every step is written straight away. A crash loses the seconds that were not written yet.
 */
@Injectable()
export class TrafficRollup implements OnModuleInit, OnModuleDestroy {
  /** By `group/start of the step in milliseconds`, finest step. */
  #waiting = new Map<string, WaitingSum>();
  readonly #timers: NodeJS.Timeout[] = [];
  #unsubscribe: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(InstanceRegistry) private readonly registry: InstanceRegistry,
  ) {}

  onModuleInit(): void {
    this.#unsubscribe = this.registry.onMetrics((groupId, metrics) => this.add(groupId, metrics));
    this.#timers.push(setInterval(() => void this.write(), WRITE_EVERY_MS));
    this.#timers.push(setInterval(() => void this.sweep().catch(warn), SWEEP_EVERY_MS));
  }

  async onModuleDestroy(): Promise<void> {
    this.#unsubscribe?.();
    for (const timer of this.#timers) clearInterval(timer);
    await this.write();
  }

  /** Counts a metric delta that ends now, each part of it in the step that it falls into. */
  add(groupId: number, metrics: MetricDeltaMessage, now = Date.now()): void {
    const load = loadOf(metrics);
    if (!load) return;
    const spanMs = Math.min(load.seconds, SPAN_SECONDS_MAX) * 1_000;
    const from = now - spanMs;
    for (let at = Math.floor(from / FINEST_MS) * FINEST_MS; at < now; at += FINEST_MS) {
      const overlapMs = Math.min(at + FINEST_MS, now) - Math.max(at, from);
      addLoad(this.#sumAt(groupId, at), load, overlapMs / spanMs);
    }
  }

  /** Writes what has been added up; what cannot be written now waits for the next time. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Deletes what is older than its step is kept. */
  async sweep(): Promise<void> {
    for (const { seconds, keptFor } of rollupSteps) {
      let deleted = SWEEP_ROWS_MAX;
      while (deleted === SWEEP_ROWS_MAX) {
        [, deleted] = await this.database.query<[unknown[], number]>(SWEEP, [seconds, keptFor, SWEEP_ROWS_MAX]);
      }
    }
  }

  #sumAt(groupId: number, at: number): TrafficSum {
    const key = `${groupId}/${at}`;
    const known = this.#waiting.get(key);
    if (known) return known.sum;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= WAITING_MAX) this.#waiting.delete(oldest);
    const sum = emptySum();
    this.#waiting.set(key, { groupId, at, sum });
    return sum;
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const taken = this.#waiting;
    this.#waiting = new Map();
    try {
      await this.database.query(ADD, [JSON.stringify(rowsOf([...taken.values()]))]);
    } catch (error) {
      warn(error);
      for (const { groupId, at, sum } of taken.values()) addSum(this.#sumAt(groupId, at), sum);
    }
  }
}

interface WaitingSum {
  readonly groupId: number;
  readonly at: number;
  readonly sum: TrafficSum;
}

/** One row per group, step and start; in one order everywhere, so that two control planes never wait for each other. */
function rowsOf(waiting: readonly WaitingSum[]): object[] {
  const rows = new Map<string, { group_id: number; step_seconds: number; at: string } & TrafficSum>();
  for (const { seconds } of rollupSteps) {
    for (const { groupId, at, sum } of waiting) {
      const start = new Date(at - (at % (seconds * 1_000))).toISOString();
      const key = `${groupId} ${seconds} ${start}`;
      const row = rows.get(key) ?? { group_id: groupId, step_seconds: seconds, at: start, ...emptySum() };
      addSum(row, sum);
      rows.set(key, row);
    }
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Of a group that was deleted meanwhile, nothing is kept. */
const ADD = `
  INSERT INTO traffic_rollup AS sum (group_id, step_seconds, at, requests, errors, bytes_in, bytes_out, latency)
  SELECT group_id, step_seconds, at, requests, errors, bytes_in, bytes_out, latency
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (group_id integer, step_seconds integer, at timestamptz,
    requests float8, errors float8, bytes_in float8, bytes_out float8, latency float8[])) WITH ORDINALITY AS row
  WHERE EXISTS (SELECT FROM gateway_group WHERE id = group_id) ORDER BY ordinality
  ON CONFLICT (group_id, step_seconds, at) DO UPDATE SET requests = sum.requests + excluded.requests,
    errors = sum.errors + excluded.errors, bytes_in = sum.bytes_in + excluded.bytes_in,
    bytes_out = sum.bytes_out + excluded.bytes_out,
    latency = (SELECT array_agg(coalesce(one, 0) + coalesce(other, 0) ORDER BY i)
      FROM unnest(sum.latency, excluded.latency) WITH ORDINALITY AS bucket (one, other, i))`;

const SWEEP = `
  DELETE FROM traffic_rollup WHERE (group_id, step_seconds, at) IN (
    SELECT group_id, step_seconds, at FROM traffic_rollup
    WHERE step_seconds = $1 AND at < now() - make_interval(secs => $2) LIMIT $3)`;

function warn(error: unknown): void {
  new Logger('overview').warn(`traffic is not added up: ${error instanceof Error ? error.message : String(error)}`);
}
