import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { InstanceRecord } from './instance-record.ts';

/** Writes what data planes report into their rows, where every control plane can read it. */
@Injectable()
export class InstanceRows {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** Writes the row of a new stream, whatever stream it belonged to before. */
  async open(record: InstanceRecord): Promise<void> {
    const [row] = await this.database.query<{ connected_at: string }[]>(OPEN, [JSON.stringify([rowOf(record)])]);
    record.connectedAt = row?.connected_at;
  }

  /** Brings rows up to date, in one statement, as far as they still belong to these streams. */
  async update(records: readonly InstanceRecord[]): Promise<void> {
    if (records.length > 0) await this.database.query(UPDATE, [JSON.stringify(records.map(rowOf))]);
  }
}

const ROWS = `
  SELECT *, now() - make_interval(secs => silent_seconds) AS last_seen, decode(digest_hex, 'hex') AS digest
  FROM jsonb_to_recordset($1::jsonb) AS row (group_id integer, id text, hostname text, version text, labels jsonb,
    catalogue jsonb, state text, connected_at timestamptz, silent_seconds float8, applied_revision bigint,
    digest_hex text, status jsonb, last_nack jsonb)`;

const OPEN = `
  INSERT INTO instance AS old (group_id, id, hostname, version, labels, catalogue, state, connected_at, last_seen,
    applied_revision, digest, status, last_nack)
  SELECT group_id, id, hostname, version, labels, catalogue, state, now(), last_seen, applied_revision, digest, status,
    last_nack
  FROM (${ROWS}) AS row
  ON CONFLICT (group_id, id) DO UPDATE SET hostname = excluded.hostname, version = excluded.version,
    labels = excluded.labels, catalogue = excluded.catalogue, state = excluded.state,
    connected_at = excluded.connected_at, last_seen = excluded.last_seen,
    applied_revision = excluded.applied_revision, digest = excluded.digest, status = excluded.status,
    last_nack = excluded.last_nack
  RETURNING connected_at::text AS connected_at`;

/** Streams are told apart by when they connected, by the database's clock: clocks of control planes may differ. */
const UPDATE = `
  UPDATE instance SET state = row.state, last_seen = row.last_seen, applied_revision = row.applied_revision,
    digest = row.digest, status = row.status, last_nack = row.last_nack
  FROM (${ROWS}) AS row
  WHERE instance.group_id = row.group_id AND instance.id = row.id AND instance.connected_at = row.connected_at`;

function rowOf(record: InstanceRecord): object {
  const { hello, state, status, digest } = record;
  return {
    group_id: record.groupId,
    id: hello.instance_id,
    hostname: hello.hostname,
    version: hello.version,
    labels: hello.labels,
    catalogue: hello.catalogue,
    state,
    connected_at: record.connectedAt,
    silent_seconds: (performance.now() - record.lastSeen) / 1_000,
    applied_revision: record.appliedRevision,
    digest_hex: digest && Buffer.from(digest).toString('hex'),
    status,
    last_nack: record.lastNack,
  };
}
