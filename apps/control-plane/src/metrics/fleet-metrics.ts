import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MetricRegistry, type Series } from './metric-registry.ts';

/** A data plane that was not heard of for this long counts as offline. */
const SILENT_SECONDS = 15;

interface GroupRow {
  readonly name: string;
  readonly revision: number;
  readonly resources: number;
  readonly outbox: number;
  readonly outbox_age: number;
  readonly connected: boolean | null;
  readonly published: number | null;
  readonly foreign_edits: number | null;
}

interface FleetRow {
  readonly name: string;
  readonly healthy: number;
  readonly degraded: number;
  readonly offline: number;
  readonly behind: number;
  readonly lag: number;
}

/** How the gateway groups are, by the database: every control plane of it tells the same. */
@Injectable()
export class FleetMetrics {
  readonly #series: Readonly<Record<keyof typeof about, Series>>;

  constructor(
    @Inject(MetricRegistry) registry: MetricRegistry,
    @Inject(DataSource) private readonly database: DataSource,
  ) {
    const made = Object.entries(about).map(([key, [type, name, help, ...labels]]) => [
      key,
      registry[type](`sluice_${name}`, help, 'group', ...labels),
    ]);
    this.#series = Object.fromEntries(made) as Record<keyof typeof about, Series>;
  }

  async refresh(): Promise<void> {
    const groups = await this.database.query<GroupRow[]>(GROUPS);
    const fleets = await this.database.query<FleetRow[]>(FLEETS, [SILENT_SECONDS]);
    // A group that is gone takes its series along.
    for (const series of Object.values(this.#series)) series.clear();
    for (const row of groups) this.#showGroup(row);
    for (const row of fleets) this.#showFleet(row);
  }

  #showGroup(row: GroupRow): void {
    const { name, connected, published } = row;
    this.#series.revision.set(row.revision, name);
    this.#series.resources.set(row.resources, name);
    this.#series.outbox.set(row.outbox, name);
    this.#series.outboxAge.set(row.outbox_age, name);
    if (connected === null || published === null) return;
    this.#series.etcdUp.set(Number(connected), name);
    this.#series.etcdLag.set(Math.max(0, row.revision - published), name);
    this.#series.foreignEdits.set(row.foreign_edits ?? 0, name);
  }

  #showFleet(row: FleetRow): void {
    for (const state of ['healthy', 'degraded', 'offline'] as const) {
      this.#series.dataPlanes.set(row[state], row.name, state);
    }
    this.#series.behind.set(row.behind, row.name);
    this.#series.lag.set(row.lag, row.name);
  }
}

type About = readonly [type: 'gauge' | 'counter', name: string, help: string, ...labels: string[]];

const about = {
  revision: ['counter', 'revision', 'Number of the newest revision.'],
  resources: ['gauge', 'resources', 'Resources that are configured.'],
  outbox: ['gauge', 'outbox_revisions', 'Revisions that etcd does not hold yet.'],
  outboxAge: ['gauge', 'outbox_age_seconds', 'Age of the oldest revision that etcd does not hold yet.'],
  etcdUp: ['gauge', 'etcd_connected', '1 where the leader publishes to etcd, by its own word.'],
  etcdLag: ['gauge', 'etcd_lag_revisions', 'Revisions between the newest and what etcd holds.'],
  foreignEdits: [
    'counter',
    'etcd_foreign_edits_total',
    'Keys that somebody else has changed, and that were put right.',
  ],
  dataPlanes: ['gauge', 'data_planes', 'Data planes that are known, by state.', 'state'],
  behind: ['gauge', 'data_planes_behind', 'Connected data planes that do not serve the newest revision.'],
  lag: ['gauge', 'data_plane_lag_revisions', 'Revisions that the slowest connected data plane lacks.'],
} as const satisfies Record<string, About>;

const GROUPS = `
  SELECT g.name, g.head_revision AS revision, g.resource_count AS resources, p.connected, p.head_revision AS published,
    p.foreign_edits, coalesce(waiting.count, 0)::integer AS outbox, coalesce(waiting.age, 0)::float8 AS outbox_age
  FROM gateway_group g LEFT JOIN publication p ON p.group_id = g.id
    LEFT JOIN LATERAL (SELECT count(*) AS count, extract(epoch FROM now() - min(created_at)) AS age
      FROM outbox WHERE group_id = g.id) waiting ON true
  ORDER BY g.name`;

const FLEETS = `
  SELECT g.name, count(*) FILTER (WHERE i.state = 'healthy')::integer AS healthy,
    count(*) FILTER (WHERE i.state = 'degraded')::integer AS degraded,
    count(*) FILTER (WHERE i.state = 'offline')::integer AS offline,
    count(*) FILTER (WHERE i.state <> 'offline' AND i.applied < g.head_revision)::integer AS behind,
    coalesce(max(g.head_revision - i.applied) FILTER (WHERE i.state <> 'offline'), 0)::integer AS lag
  FROM gateway_group g LEFT JOIN (
    SELECT group_id, applied_revision AS applied,
      CASE WHEN last_seen < now() - make_interval(secs => $1) THEN 'offline' ELSE state END AS state FROM instance
  ) i ON i.group_id = g.id
  GROUP BY g.id ORDER BY g.name`;
