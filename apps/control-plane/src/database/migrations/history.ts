import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What people add to history (labels, comments), how it is searched, where its old part went, and change sets that are
 * not published yet. None of it is covered by the chain of hashes: it may change, and the audit trail tells of it.
 */
export class History1763600000010 implements MigrationInterface {
  readonly name = 'History1763600000010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(rules);
    await queryRunner.query(search);
    await queryRunner.query(fillSearch);
    await queryRunner.query(searchIndexes);
    await queryRunner.query(notes);
    await queryRunner.query(archives);
    await queryRunner.query(drafts);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE draft_event, draft_author, draft_edit, draft, revision_archive, revision_comment, revision_label,
        revision_kind`);
    await queryRunner.query(`
      DROP INDEX revision_author, revision_source, revision_time, revision_search;
      ALTER TABLE revision DROP COLUMN search;
      ALTER TABLE gateway_group DROP COLUMN approval_required, DROP COLUMN approvers, DROP COLUMN keep_revisions,
        DROP COLUMN keep_days`);
  }
}

const rules = `
  ALTER TABLE gateway_group
    ADD COLUMN approval_required boolean NOT NULL DEFAULT false,
    ADD COLUMN approvers text NOT NULL DEFAULT 'admin' CHECK (approvers IN ('editor', 'admin', 'owner')),
    ADD COLUMN keep_revisions bigint CHECK (keep_revisions > 0),
    ADD COLUMN keep_days integer CHECK (keep_days > 0)`;

/**
 * What a list of revisions is filtered by, so that no filter has to look at all their changes: the words of each, and in
 * order for each kind the revisions that changed it.
 */
const search = `
  ALTER TABLE revision ADD COLUMN search tsvector NOT NULL DEFAULT '';
  CREATE TABLE revision_kind (
    group_id integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (group_id, kind, revision)
  )`;

/** Revisions that exist already get what new ones are written with: words of the message and of the first ids and names. */
const fillSearch = `
  INSERT INTO revision_kind (group_id, kind, revision) SELECT DISTINCT group_id, kind, revision FROM resource_version;
  UPDATE revision r SET search = array_to_tsvector(made.words)
  FROM (
    SELECT r.group_id, r.number,
      ARRAY(
        SELECT DISTINCT left(word, 64) FROM regexp_split_to_table(lower(concat_ws(' ', r.message, (
          SELECT string_agg(concat_ws(' ', c.id, c.body::jsonb->>'name'), ' ') FROM (
            SELECT v.id, v.body FROM resource_version v WHERE v.group_id = r.group_id AND v.revision = r.number
            ORDER BY v.kind, v.id LIMIT 100) c))), '[^[:alnum:]]+') AS word
        WHERE word <> '') AS words
    FROM revision r
  ) made
  WHERE r.group_id = made.group_id AND r.number = made.number`;

const searchIndexes = `
  CREATE INDEX revision_author ON revision (group_id, author, number DESC);
  CREATE INDEX revision_source ON revision (group_id, source, number DESC);
  CREATE INDEX revision_time ON revision (group_id, created_at);
  CREATE INDEX revision_search ON revision USING gin (search) WITH (fastupdate = off)`;

/** A label keeps its revision from being archived: the reference makes that so even in a race. */
const notes = `
  CREATE TABLE revision_label (
    group_id integer NOT NULL,
    revision bigint NOT NULL,
    label text COLLATE "C" NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, revision, label),
    FOREIGN KEY (group_id, revision) REFERENCES revision (group_id, number)
  );
  CREATE INDEX revision_label_name ON revision_label (group_id, label, revision DESC);
  CREATE TABLE revision_comment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id integer NOT NULL,
    revision bigint NOT NULL,
    author text NOT NULL,
    author_type text NOT NULL CHECK (author_type IN ('user', 'admin_key', 'system')),
    user_id uuid,
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    edited_at timestamptz,
    FOREIGN KEY (group_id, revision) REFERENCES revision (group_id, number) ON DELETE CASCADE
  );
  CREATE INDEX revision_comment_place ON revision_comment (group_id, revision, id)`;

/** One file each. Where the chain stands after \`last\` is where the check of what is left begins. */
const archives = `
  CREATE TABLE revision_archive (
    group_id integer NOT NULL REFERENCES gateway_group (id) ON DELETE CASCADE,
    first bigint NOT NULL,
    last bigint NOT NULL,
    chain bytea NOT NULL CHECK (octet_length(chain) = 32),
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    file text NOT NULL,
    bytes bigint NOT NULL,
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    pruned boolean NOT NULL DEFAULT false,
    PRIMARY KEY (group_id, last)
  )`;

/**
 * \`base_revision\` of an edit is the state that its author looked at. Authors stay, also of edits that are gone: who had a
 * hand in a draft does not approve it.
 */
const drafts = `
  CREATE TABLE draft (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id integer NOT NULL REFERENCES gateway_group (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'open'
      CHECK (state IN ('open', 'in_review', 'approved', 'rejected', 'published', 'discarded')),
    message text NOT NULL,
    base_revision bigint NOT NULL,
    version integer NOT NULL DEFAULT 1,
    author text NOT NULL,
    author_type text NOT NULL CHECK (author_type IN ('user', 'admin_key', 'system')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    requested_by text,
    requested_at timestamptz,
    reviewed_by text,
    reviewed_at timestamptz,
    review_comment text,
    published_revision bigint,
    published_by text,
    published_at timestamptz
  );
  CREATE INDEX draft_of_group ON draft (group_id, id DESC);
  CREATE INDEX draft_publication ON draft (group_id, published_revision) WHERE published_revision IS NOT NULL;
  CREATE TABLE draft_edit (
    draft_id bigint NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    body text,
    sealed bytea,
    base_revision bigint NOT NULL,
    author text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (draft_id, kind, id)
  );
  CREATE TABLE draft_author (
    draft_id bigint NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    name text NOT NULL,
    user_id uuid,
    UNIQUE NULLS NOT DISTINCT (draft_id, name, user_id)
  );
  CREATE TABLE draft_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft_id bigint NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    comment text,
    kind text,
    resource_id text
  );
  CREATE INDEX draft_event_place ON draft_event (draft_id, id DESC)`;
