import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Users without a role of their own or without a password, tokens that belong to somebody and reach only so far, sessions
 * that can be named, and attempts to sign in, counted for all control planes together.
 */
export class People1763600000020 implements MigrationInterface {
  readonly name = 'People1763600000020';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(users);
    await queryRunner.query(tokens);
    await queryRunner.query(sessions);
    await queryRunner.query(attempts);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE sign_in_attempt');
    await queryRunner.query('ALTER TABLE session DROP id, DROP method, DROP user_agent');
    await queryRunner.query(tokensBefore);
    await queryRunner.query(usersBefore);
  }
}

const users = `
  ALTER TABLE "user" ALTER role DROP NOT NULL, ALTER password_hash DROP NOT NULL, ADD display_name text, ADD email text,
    ADD must_change_password boolean NOT NULL DEFAULT false, ADD oidc_issuer text, ADD oidc_subject text,
    ADD last_sign_in_at timestamptz, ADD CONSTRAINT user_oidc UNIQUE (oidc_issuer, oidc_subject);
  CREATE UNIQUE INDEX user_folded_name ON "user" (lower(username));
  CREATE INDEX role_binding_group ON role_binding (group_id)`;

/** Who could not exist before does not exist after. */
const usersBefore = `
  DROP INDEX user_folded_name, role_binding_group;
  DELETE FROM "user" WHERE role IS NULL OR password_hash IS NULL;
  ALTER TABLE "user" ALTER role SET NOT NULL, ALTER password_hash SET NOT NULL, DROP CONSTRAINT user_oidc,
    DROP display_name, DROP email, DROP must_change_password, DROP oidc_issuer, DROP oidc_subject, DROP last_sign_in_at`;

/**
 * The groups of a token are ids without a foreign key: a group that is deleted takes its id with it for good, and a token
 * whose last group is gone reaches nothing, where a null would have made it reach everything.
 */
const tokens = `
  ALTER TABLE api_token ADD user_id uuid REFERENCES "user" (id) ON DELETE CASCADE, ADD prefix text, ADD created_by text,
    ADD group_ids integer[], ADD read_only boolean NOT NULL DEFAULT false,
    ADD apis text[] NOT NULL DEFAULT '{api,admin-api}', ADD kinds text[];
  UPDATE api_token SET group_ids = ARRAY[group_id] WHERE group_id IS NOT NULL;
  ALTER TABLE api_token DROP group_id;
  CREATE INDEX api_token_user ON api_token (user_id)`;

/** A token that was narrower than the columns of before can say must not become wider. */
const tokensBefore = `
  ALTER TABLE api_token ADD group_id integer REFERENCES gateway_group (id) ON DELETE CASCADE;
  DELETE FROM api_token t WHERE user_id IS NOT NULL OR read_only OR kinds IS NOT NULL OR NOT apis @> '{api,admin-api}'
    OR (group_ids IS NOT NULL
      AND (cardinality(group_ids) <> 1 OR NOT EXISTS (SELECT FROM gateway_group WHERE id = t.group_ids[1])));
  UPDATE api_token SET group_id = group_ids[1];
  ALTER TABLE api_token DROP user_id, DROP prefix, DROP created_by, DROP group_ids, DROP read_only, DROP apis, DROP kinds`;

const sessions = `
  ALTER TABLE session ADD id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    ADD method text NOT NULL DEFAULT 'password' CHECK (method IN ('password', 'oidc')), ADD user_agent text`;

/** The subject is a fingerprint: what is typed as a user name may be a password. */
const attempts = `
  CREATE TABLE sign_in_attempt (
    subject text PRIMARY KEY,
    failures integer NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL DEFAULT now(),
    blocked_until timestamptz NOT NULL DEFAULT '-infinity'
  );
  CREATE INDEX sign_in_attempt_age ON sign_in_attempt (last_at)`;
