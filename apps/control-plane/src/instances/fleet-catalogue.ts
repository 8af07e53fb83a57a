import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A data plane that is connected and lacks plugins. */
export interface LackingInstance {
  readonly id: string;
  readonly version: string;
  /** Names of those that were asked for and that it does not have. */
  readonly missing: readonly string[];
}

/** A data plane that was not heard of for this long is not waited for. */
const SILENT_SECONDS = 15;
/** So many are named; one is enough to ask. */
const NAMED_MAX = 20;

/** What the data planes of a group can run, by what each said when it connected. */
@Injectable()
export class FleetCatalogue {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** The connected data planes of a group that lack any of these plugins. */
  async lacking(groupName: string, plugins: readonly string[]): Promise<LackingInstance[]> {
    if (plugins.length === 0) return [];
    return this.database.query<LackingInstance[]>(LACKING, [groupName, plugins, SILENT_SECONDS, NAMED_MAX]);
  }
}

/** One that names no plugin at all does not say what it has. */
const LACKING = `
  SELECT instance.id, version,
    ARRAY(SELECT name FROM unnest($2::text[]) AS asked (name) WHERE NOT catalogue ? name ORDER BY name) AS missing
  FROM instance JOIN gateway_group ON gateway_group.id = instance.group_id
  WHERE gateway_group.name = $1 AND state <> 'offline' AND last_seen > now() - make_interval(secs => $3)
    AND catalogue <> '{}' AND NOT catalogue ?& $2::text[]
  ORDER BY instance.id LIMIT $4`;
