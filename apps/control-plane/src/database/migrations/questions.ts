import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Commands that say more than their name, and are answered: both sealed, for they quote requests of clients. */
export class Questions1763600000006 implements MigrationInterface {
  readonly name = 'Questions1763600000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE instance_command ADD COLUMN arguments bytea, ADD COLUMN result bytea');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE instance_command DROP COLUMN arguments, DROP COLUMN result');
  }
}
