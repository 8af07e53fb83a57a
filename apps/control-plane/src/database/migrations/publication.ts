import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has been published to etcd, by the leader's word: every control plane can tell it, and the next leader goes by it. */
export class Publication1763600000005 implements MigrationInterface {
  readonly name = 'Publication1763600000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE publication');
  }
}

/**
 * The prefix is the one that this database has published below, or null where it never has: nothing else in etcd is its own
 * to change.
 */
const table = `
  CREATE TABLE publication (
    group_id integer PRIMARY KEY REFERENCES gateway_group (id) ON DELETE CASCADE,
    prefix text,
    connected boolean NOT NULL DEFAULT false,
    reason text,
    head_revision bigint NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,
    foreign_edits bigint NOT NULL DEFAULT 0,
    last_foreign_edit jsonb,
    reported_at timestamptz NOT NULL DEFAULT now()
  )`;
