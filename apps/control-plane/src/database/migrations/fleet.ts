import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The data planes of each group, and what they report. Partitions of the samples are made when the first one is needed. */
export class Fleet1763600000003 implements MigrationInterface {
  readonly name = 'Fleet1763600000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE instance_sample, instance');
  }
}

const tables = `
  CREATE TABLE instance (
    id text NOT NULL,
    group_id integer NOT NULL REFERENCES gateway_group (id) ON DELETE CASCADE,
    hostname text NOT NULL,
    version text NOT NULL,
    labels jsonb NOT NULL DEFAULT '{}',
    catalogue jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL,
    connected_at timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    applied_revision bigint NOT NULL DEFAULT 0,
    digest bytea,
    status jsonb NOT NULL DEFAULT '{}',
    last_nack jsonb,
    PRIMARY KEY (group_id, id)
  );
  CREATE TABLE instance_sample (
    group_id integer NOT NULL,
    instance_id text NOT NULL,
    at timestamptz NOT NULL,
    status jsonb NOT NULL,
    PRIMARY KEY (group_id, instance_id, at)
  ) PARTITION BY RANGE (at)`;
