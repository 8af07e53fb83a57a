import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import type { InstanceRow } from './instance-view.ts';
import type { Load } from './load.ts';

/** A row that has not been written for this long belongs to a data plane that no control plane hears. */
const SILENT_SECONDS = 15;

/** The data planes of a group, whichever control plane they are connected to. */
@Injectable()
export class Instances {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** All of a group, by id. */
  rows(groupId: number): Promise<InstanceRow[]> {
    return this.#rows(groupId, null);
  }

  /** One of a group, or a 404 that names it. */
  async row(groupId: number, id: string): Promise<InstanceRow> {
    const [row] = await this.#rows(groupId, id);
    if (row) return row;
    throw new Refusal('NOT_FOUND', `There is no data plane "${id.slice(0, 128)}" in this group.`);
  }

  #rows(groupId: number, id: string | null): Promise<InstanceRow[]> {
    return this.database.query<InstanceRow[]>(
      `SELECT instance.id, hostname, version, labels, state, connected_at, last_seen, applied_revision, status, last_nack,
         "group".head_revision, last_seen < now() - make_interval(secs => $2) AS is_silent,
         coalesce(revision.digest = instance.digest, applied_revision = 0 OR instance.digest IS NULL) AS digest_ok
       FROM instance JOIN gateway_group "group" ON "group".id = instance.group_id
         LEFT JOIN revision ON revision.group_id = instance.group_id AND revision.number = applied_revision
       WHERE instance.group_id = $1 AND ($3::text IS NULL OR instance.id = $3) ORDER BY instance.id`,
      [groupId, SILENT_SECONDS, id],
    );
  }

  /** The present loads of all groups, also of those where nothing is connected. */
  async loads(): Promise<Map<number, readonly Load[]>> {
    const rows = await this.database.query<{ id: number; loads: Load[] }[]>(
      `SELECT "group".id, coalesce(jsonb_agg(status -> 'load') FILTER (WHERE status -> 'load' <> 'null'), '[]') AS loads
       FROM gateway_group "group" LEFT JOIN instance ON instance.group_id = "group".id AND state <> 'offline'
         AND last_seen > now() - make_interval(secs => $1)
       GROUP BY "group".id`,
      [SILENT_SECONDS],
    );
    return new Map(rows.map(({ id, loads }) => [id, loads]));
  }
}
