import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to requests that carry a key by which a repetition is recognised. */
export class Idempotency1763600000040 implements MigrationInterface {
  readonly name = 'Idempotency1763600000040';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE idempotency_key');
  }
}

/**
 * The id is a hash of sender and key, the fingerprint one of the request: neither can be read back. The answer is sealed,
 * for it may hold what only its reader may see. Without status the request is still under way, or was lost with whoever
 * worked on it.
 */
const table = `
  CREATE TABLE idempotency_key (
    id bytea PRIMARY KEY CHECK (octet_length(id) = 32),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    request_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    renewed_at timestamptz NOT NULL DEFAULT now(),
    status smallint,
    answer bytea
  );
  CREATE INDEX idempotency_key_age ON idempotency_key (created_at)`;
