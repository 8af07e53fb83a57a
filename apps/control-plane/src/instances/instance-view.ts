import type { InstanceStatus, LastNack, ReportedStatus } from './instance-record.ts';
import { type Load, type Rates, ratesOf } from './load.ts';

/** A data plane as the API shows it. */
export interface Instance {
  readonly id: string;
  readonly hostname: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: InstanceStatus;
  /** What the data plane says of itself: starting, ready, degraded or draining; and why. */
  readonly state: string;
  readonly reason: string;
  readonly connected_at: string;
  readonly last_seen: string;
  readonly applied_revision: number;
  /** Revisions between the head of the group and what is in service. */
  readonly lag: number;
  readonly digest_ok: boolean;
  readonly workers: number;
  readonly uptime_s: number;
  readonly rates: Rates;
  readonly listeners: ReportedStatus['listeners'];
  /** Nodes of upstreams that checks found down here; the first few of them. */
  readonly unhealthy_targets: NonNullable<ReportedStatus['unhealthy_targets']>;
  readonly last_nack?: LastNack;
}

/** A row of `instance`, with what the group and its revisions say about it. */
export interface InstanceRow {
  readonly id: string;
  readonly hostname: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: InstanceStatus;
  readonly connected_at: Date;
  readonly last_seen: Date;
  readonly is_silent: boolean;
  readonly applied_revision: number;
  readonly head_revision: number;
  readonly digest_ok: boolean;
  readonly status: ReportedStatus;
  readonly last_nack: LastNack | null;
}

/** What a row means now. A row that nobody keeps up to date any more is that of a data plane nobody hears. */
export function toInstance(row: InstanceRow): Instance {
  const { status: reported, last_nack: nack } = row;
  const status = row.is_silent ? 'offline' : row.state;
  return {
    id: row.id,
    hostname: row.hostname,
    version: row.version,
    labels: row.labels,
    status,
    state: reported.state,
    reason: reported.reason,
    connected_at: row.connected_at.toISOString(),
    last_seen: row.last_seen.toISOString(),
    applied_revision: row.applied_revision,
    lag: Math.max(0, row.head_revision - row.applied_revision),
    digest_ok: row.digest_ok,
    workers: reported.workers,
    uptime_s: Math.max(0, Math.floor((row.last_seen.getTime() - reported.started_at) / 1_000)),
    rates: ratesOf(currentLoads([row])),
    listeners: reported.listeners,
    unhealthy_targets: reported.unhealthy_targets ?? [],
    ...(nack && { last_nack: nack }),
  };
}

/** The loads of the data planes that are there. */
export function currentLoads(rows: readonly InstanceRow[]): Load[] {
  return rows.flatMap(({ state, is_silent, status: { load } }) =>
    load && state !== 'offline' && !is_silent ? [load] : [],
  );
}
