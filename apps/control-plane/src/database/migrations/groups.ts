import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a gateway group is for, in the words of whoever made it. */
export class Groups1763600000030 implements MigrationInterface {
  readonly name = 'Groups1763600000030';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE gateway_group ADD description text NOT NULL DEFAULT ''`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE gateway_group DROP description');
  }
}
