import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a fleet needs to be trusted and understood: who may join it, what its data planes acknowledged and refused, what
 * they were told to do, and how much they did. The samples of single data planes were never used and go.
 */
export class FleetHistory1763600000004 implements MigrationInterface {
  readonly name = 'FleetHistory1763600000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(joining);
    await queryRunner.query(history);
    await queryRunner.query(traffic);
    await queryRunner.query('DROP TABLE instance_sample');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(samples);
    await queryRunner.query('ALTER TABLE instance DROP COLUMN join_token_id');
    await queryRunner.query(
      'DROP TABLE traffic_rollup, instance_command, instance_event, server_certificate, join_token',
    );
  }
}

const joining = `
  CREATE TABLE join_token (
    id uuid PRIMARY KEY,
    group_id integer NOT NULL REFERENCES gateway_group (id) ON DELETE CASCADE,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    labels jsonb NOT NULL DEFAULT '{}',
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
  );
  CREATE INDEX join_token_of_group ON join_token (group_id, created_at DESC);
  CREATE TABLE server_certificate (
    id text PRIMARY KEY,
    body text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  ALTER TABLE instance ADD COLUMN join_token_id uuid REFERENCES join_token (id) ON DELETE SET NULL`;

/** Both go with the data plane that they are about. */
const history = `
  CREATE TABLE instance_event (
    seq bigserial PRIMARY KEY,
    group_id integer NOT NULL,
    instance_id text NOT NULL,
    at timestamptz NOT NULL,
    type text NOT NULL,
    revision bigint,
    detail jsonb NOT NULL DEFAULT '{}',
    FOREIGN KEY (group_id, instance_id) REFERENCES instance (group_id, id) ON DELETE CASCADE
  );
  CREATE INDEX instance_event_of_instance ON instance_event (group_id, instance_id, seq DESC);
  CREATE TABLE instance_command (
    id uuid PRIMARY KEY,
    group_id integer NOT NULL,
    instance_id text NOT NULL,
    name text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    finished_at timestamptz,
    error text,
    FOREIGN KEY (group_id, instance_id) REFERENCES instance (group_id, id) ON DELETE CASCADE
  );
  CREATE INDEX instance_command_of_instance ON instance_command (group_id, instance_id, requested_at DESC);
  CREATE INDEX instance_command_waiting ON instance_command (requested_at) WHERE sent_at IS NULL AND finished_at IS NULL`;

/** Requests may be fractions: what a data plane did in five seconds can belong to two steps. */
const traffic = `
  CREATE TABLE traffic_rollup (
    group_id integer NOT NULL REFERENCES gateway_group (id) ON DELETE CASCADE,
    step_seconds integer NOT NULL CHECK (step_seconds IN (10, 60, 3600)),
    at timestamptz NOT NULL,
    requests float8 NOT NULL,
    errors float8 NOT NULL,
    bytes_in float8 NOT NULL,
    bytes_out float8 NOT NULL,
    latency float8[] NOT NULL,
    PRIMARY KEY (group_id, step_seconds, at)
  );
  CREATE INDEX traffic_rollup_age ON traffic_rollup (step_seconds, at)`;

const samples = `
  CREATE TABLE instance_sample (
    group_id integer NOT NULL,
    instance_id text NOT NULL,
    at timestamptz NOT NULL,
    status jsonb NOT NULL,
    PRIMARY KEY (group_id, instance_id, at)
  ) PARTITION BY RANGE (at)`;
