import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may do what: users, their roles and sessions, and the keys of programs. Only hashes of credentials are kept. */
export class Access1763600000002 implements MigrationInterface {
  readonly name = 'Access1763600000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE session, api_token, role_binding, "user"');
  }
}

const tables = `
  CREATE TABLE "user" (
    id uuid PRIMARY KEY,
    username text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE role_binding (
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    group_id integer REFERENCES gateway_group (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
    UNIQUE NULLS NOT DISTINCT (user_id, group_id)
  );
  CREATE TABLE api_token (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
    group_id integer REFERENCES gateway_group (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
  );
  CREATE TABLE session (
    hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    csrf_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    source_ip text
  );
  CREATE INDEX session_of_user ON session (user_id)`;
