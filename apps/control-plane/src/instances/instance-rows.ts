import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { InstanceEvent } from './instance-event.ts';
import type { InstanceRecord, LastNack } from './instance-record.ts';

/** Writes what data planes report into their rows, where every control plane can read it. */
@Injectable()
export class InstanceRows {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** Writes the row of a new stream, whatever stream it belonged to before. */
  async open(record: InstanceRecord): Promise<void> {
    const [row] = await this.database.query<OpenedRow[]>(OPEN, [JSON.stringify([openingRow(record)])]);
    if (row) record.opened(row.connected_at, row.last_nack);
  }

  /** Brings rows up to date, in one statement, as far as they still belong to these streams. */
  async update(records: readonly InstanceRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.database.query(UPDATE, [JSON.stringify(records.map(rowOf))]);
    const told = records.map((record) => ({ record, events: record.events.waiting }));
    const rows = told.flatMap(({ record, events }) => events.map((event) => eventRow(record, event)));
    if (rows.length > 0) await this.database.query(TELL, [JSON.stringify(rows)]);
    for (const { record, events } of told) record.events.written(events);
  }
}

interface OpenedRow {
  readonly connected_at: string;
  readonly last_nack: LastNack | null;
}

const ROWS = `
  SELECT *, now() - make_interval(secs => silent_seconds) AS last_seen, decode(digest_hex, 'hex') AS digest
  FROM jsonb_to_recordset($1::jsonb) AS row (group_id integer, id text, hostname text, version text, labels jsonb,
    catalogue jsonb, state text, connected_at timestamptz, silent_seconds float8, applied_revision bigint,
    digest_hex text, status jsonb, last_nack jsonb, join_token_id uuid)`;

const OPEN = `
  INSERT INTO instance AS old (group_id, id, hostname, version, labels, catalogue, state, connected_at, last_seen,
    applied_revision, digest, status, last_nack, join_token_id)
  SELECT group_id, id, hostname, version, labels, catalogue, state, now(), last_seen, applied_revision, digest, status,
    last_nack, join_token_id
  FROM (${ROWS}) AS row
  ON CONFLICT (group_id, id) DO UPDATE SET hostname = excluded.hostname, version = excluded.version,
    labels = excluded.labels, catalogue = excluded.catalogue, state = excluded.state,
    connected_at = excluded.connected_at, last_seen = excluded.last_seen,
    applied_revision = excluded.applied_revision, digest = excluded.digest, status = excluded.status,
    last_nack = coalesce(excluded.last_nack, old.last_nack), join_token_id = excluded.join_token_id
  RETURNING connected_at::text AS connected_at, last_nack`;

/** Streams are told apart by when they connected, by the database's clock: clocks of control planes may differ. */
const UPDATE = `
  UPDATE instance SET state = row.state, last_seen = row.last_seen, applied_revision = row.applied_revision,
    digest = row.digest, status = row.status, last_nack = row.last_nack
  FROM (${ROWS}) AS row
  WHERE instance.group_id = row.group_id AND instance.id = row.id AND instance.connected_at = row.connected_at`;

/** In the order in which it happened. Of a data plane that was forgotten meanwhile, nothing is told. */
const TELL = `
  INSERT INTO instance_event (group_id, instance_id, at, type, revision, detail)
  SELECT row.group_id, row.instance_id, row.at, row.type, row.revision, row.detail
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (group_id integer, instance_id text, at timestamptz, type text,
    revision bigint, detail jsonb)) WITH ORDINALITY AS row
    JOIN instance ON instance.group_id = row.group_id AND instance.id = row.instance_id
  ORDER BY row.ordinality`;

function eventRow({ groupId, hello }: InstanceRecord, event: InstanceEvent): object {
  return { group_id: groupId, instance_id: hello.instance_id, ...event };
}

/** What a stream says once, when it begins. The catalogue alone may be ten kibibytes: too much for every second. */
function openingRow(record: InstanceRecord): object {
  const { hostname, version, labels, catalogue } = record.hello;
  return { ...rowOf(record), hostname, version, labels, catalogue, join_token_id: record.joinTokenId };
}

/** What changes while a stream lasts. */
function rowOf(record: InstanceRecord): object {
  const { hello, state, status, digest } = record;
  return {
    group_id: record.groupId,
    id: hello.instance_id,
    state,
    connected_at: record.connectedAt,
    silent_seconds: (performance.now() - record.lastSeen) / 1_000,
    applied_revision: record.appliedRevision,
    digest_hex: digest && Buffer.from(digest).toString('hex'),
    status,
    last_nack: record.lastNack,
  };
}
