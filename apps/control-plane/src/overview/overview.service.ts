import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Blockage, type Blocked } from '../instances/blockage.ts';
import { currentLoads, type Instance, toInstance } from '../instances/instance-view.ts';
import { Instances } from '../instances/instances.service.ts';
import { type Rates, ratesOf } from '../instances/load.ts';
import { EtcdPublishing } from '../publishing/etcd/etcd-publishing.ts';
import type { Publication } from '../publishing/etcd/publication-ledger.ts';
import { Groups } from '../resources/groups.ts';
import { FleetHistory, type HistoryPoint } from './fleet-history.ts';

/** How a gateway group is, on one page. */
export interface Overview {
  readonly revision: number;
  /** Of the newest state; absent for those who may not see proofs. */
  readonly digest?: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly instances: FleetCounts;
  readonly rates: Rates;
  /** What data planes refuse to serve, or null while they serve all that they get. */
  readonly blocked: Blocked | null;
  readonly history: readonly HistoryPoint[];
  /** How it stands in etcd; absent where no etcd is configured. */
  readonly etcd?: Publication;
}

interface FleetCounts {
  readonly total: number;
  readonly healthy: number;
  readonly degraded: number;
  readonly offline: number;
  /** Those that are there but do not serve the newest revision. */
  readonly behind: number;
}

/** Puts the overview of a group together. */
@Injectable()
export class OverviewService {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Instances) private readonly instances: Instances,
    @Inject(Blockage) private readonly blockage: Blockage,
    @Inject(FleetHistory) private readonly history: FleetHistory,
    @Inject(EtcdPublishing) private readonly etcd: EtcdPublishing,
  ) {}

  async of(groupName: string, showsProofs: boolean): Promise<Overview> {
    const { id, headRevision, digest } = await this.groups.byName(groupName);
    const rows = await this.instances.rows(id);
    const etcd = await this.etcd.of(id);
    return {
      revision: headRevision,
      ...(showsProofs && { digest: digest.toString('hex') }),
      counts: await this.#resourceCounts(id),
      instances: fleetCounts(rows.map(toInstance)),
      rates: ratesOf(currentLoads(rows)),
      blocked: await this.blockage.of(id, rows),
      history: this.history.of(id),
      ...(etcd && { etcd }),
    };
  }

  async #resourceCounts(groupId: number): Promise<Record<string, number>> {
    const rows = await this.database.query<{ kind: string; count: number }[]>(
      'SELECT kind, count(*)::integer AS count FROM resource WHERE group_id = $1 GROUP BY kind ORDER BY kind',
      [groupId],
    );
    return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
  }
}

function fleetCounts(instances: readonly Instance[]): FleetCounts {
  const having = (status: Instance['status']): number => instances.filter((one) => one.status === status).length;
  return {
    total: instances.length,
    healthy: having('healthy'),
    degraded: having('degraded'),
    offline: having('offline'),
    behind: instances.filter(({ status, lag }) => status !== 'offline' && lag > 0).length,
  };
}
