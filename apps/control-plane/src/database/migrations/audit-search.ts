import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds entries among millions: one index per filter, each in the order in which pages are read, and one of words. What
 * failed is rare, so that its index is small.
 */
export class AuditSearch1763600000021 implements MigrationInterface {
  readonly name = 'AuditSearch1763600000021';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(words);
    await queryRunner.query(fillWords);
    await queryRunner.query(indexes);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX audit_entry_scope, audit_entry_group, audit_entry_actor, audit_entry_action, audit_entry_kind,
        audit_entry_id, audit_entry_failed, audit_entry_words;
      ALTER TABLE audit_entry DROP words`);
  }
}

/** Made by whoever writes an entry: PostgreSQL would take longer for it than for everything else about an entry. */
const words = `ALTER TABLE audit_entry ADD words tsvector NOT NULL DEFAULT ''`;

/** Entries that exist already. Words end at whatever is no letter and no digit, so that a part of an id is found as well. */
const fillWords = `
  UPDATE audit_entry SET words = array_to_tsvector(ARRAY(
    SELECT DISTINCT left(word, 64) FROM regexp_split_to_table(lower(concat_ws(' ', actor, action, group_name, kind, id,
      source_ip, request_id, detail::text)), '[^[:alnum:]]+') AS word WHERE word <> ''))`;

const indexes = `
  CREATE INDEX audit_entry_scope ON audit_entry (scope, at DESC, seq DESC);
  CREATE INDEX audit_entry_group ON audit_entry (group_name, at DESC, scope, seq DESC) WHERE group_name IS NOT NULL;
  CREATE INDEX audit_entry_actor ON audit_entry (actor, at DESC, scope, seq DESC);
  CREATE INDEX audit_entry_action ON audit_entry (action text_pattern_ops, at DESC, scope, seq DESC);
  CREATE INDEX audit_entry_kind ON audit_entry (kind, at DESC, scope, seq DESC) WHERE kind IS NOT NULL;
  CREATE INDEX audit_entry_id ON audit_entry (id, at DESC, scope, seq DESC) WHERE id IS NOT NULL;
  CREATE INDEX audit_entry_failed ON audit_entry (at DESC, scope, seq DESC) WHERE action LIKE '%.refuse';
  CREATE INDEX audit_entry_words ON audit_entry USING gin (words)`;
