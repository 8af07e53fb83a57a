import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is configured, and how it came to be: groups, revisions, versions, the current state, the outbox and the audit
 * trail. Ids sort by code unit (`COLLATE "C"`), as the chain hash and every page of a list expect.
 *
 * `resource_version` and `resource` have no foreign keys on purpose: only the revision writer inserts there, under the
 * lock of the group row, and a check per row would double the cost of a change set of thousands.
 */
export class Configuration1763600000001 implements MigrationInterface {
  readonly name = 'Configuration1763600000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(groups);
    await queryRunner.query(history);
    await queryRunner.query(state);
    await queryRunner.query(auditTrail);
    await queryRunner.query(`INSERT INTO gateway_group (name, etcd_prefix) VALUES ('default', '/apisix')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE keyring_check, audit_entry, audit_chain, outbox, resource, resource_version, revision, gateway_group`);
  }
}

const groups = `
  CREATE TABLE gateway_group (
    id serial PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    etcd_prefix text NOT NULL UNIQUE CHECK (etcd_prefix ~ '^/.*[^/]$'),
    head_revision bigint NOT NULL DEFAULT 0,
    digest bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(digest) = 32),
    chain bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(chain) = 32),
    resource_count integer NOT NULL DEFAULT 0,
    id_counter bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
  )`;

const history = `
  CREATE TABLE revision (
    group_id integer NOT NULL REFERENCES gateway_group (id),
    number bigint NOT NULL,
    author text NOT NULL,
    author_type text NOT NULL CHECK (author_type IN ('user', 'admin_key', 'system')),
    source text NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    chain bytea NOT NULL CHECK (octet_length(chain) = 32),
    change_count integer NOT NULL,
    resource_count integer NOT NULL,
    restores bigint,
    PRIMARY KEY (group_id, number)
  );
  CREATE TABLE resource_version (
    group_id integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    previous_revision bigint,
    body text,
    sealed bytea,
    hash bytea,
    PRIMARY KEY (group_id, revision, kind, id)
  );
  CREATE INDEX resource_version_history ON resource_version (group_id, kind, id, revision DESC);
  CREATE TABLE outbox (
    group_id integer NOT NULL REFERENCES gateway_group (id),
    revision bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, revision)
  )`;

/**
 * `refs` (what a resource points to, "kind/id") and `claims` (what no other resource of the group may claim, or not in other words) are
 * derived from the value, so that integrity is one indexed question whatever the kind. Without fastupdate, an insert never
 * pays for the pending entries of others.
 */
const state = `
  CREATE TABLE resource (
    group_id integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    body text NOT NULL,
    value jsonb NOT NULL,
    sealed bytea,
    hash bytea NOT NULL,
    refs text[] NOT NULL DEFAULT '{}',
    claims text[] NOT NULL DEFAULT '{}',
    created_revision bigint NOT NULL,
    modified_revision bigint NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (group_id, kind, id)
  );
  CREATE INDEX resource_creation ON resource (group_id, kind, created_revision, id);
  CREATE INDEX resource_refs ON resource USING gin (refs) WITH (fastupdate = off) WHERE refs <> '{}';
  CREATE INDEX resource_claims ON resource USING gin (claims) WITH (fastupdate = off) WHERE claims <> '{}';
  CREATE INDEX resource_expiry ON resource (expires_at) WHERE expires_at IS NOT NULL`;

const auditTrail = `
  CREATE TABLE audit_chain (
    scope integer PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
  );
  CREATE TABLE audit_entry (
    scope integer NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    actor_type text NOT NULL CHECK (actor_type IN ('user', 'admin_key', 'system')),
    action text NOT NULL,
    group_name text,
    kind text,
    id text,
    revision bigint,
    source_ip text,
    request_id text,
    detail jsonb NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (scope, seq)
  );
  CREATE INDEX audit_entry_time ON audit_entry (at DESC, scope, seq DESC);
  CREATE TABLE keyring_check (
    key_id text PRIMARY KEY,
    sealed bytea NOT NULL
  )`;
