import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What lists of resources are filtered and sorted by, in narrow rows beside the wide ones: a page of 100,000 resources must
 * not read all their bodies. A trigger keeps it, so that whoever writes a resource, this build or an older one, lists it.
 */
export class ResourceListing1763600000041 implements MigrationInterface {
  readonly name = 'ResourceListing1763600000041';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(table);
    await queryRunner.query(listingFunction);
    await queryRunner.query(`INSERT INTO resource_listing (${columns}) SELECT ${listed} FROM resource came`);
    await queryRunner.query(tally);
    await queryRunner.query(indexes);
    await queryRunner.query(searchIndex);
    await queryRunner.query(triggers);
    // Lists are sorted here now. With it, an outdated statistic could make the search for one resource walk all of a kind.
    await queryRunner.query('DROP INDEX resource_creation');
    await queryRunner.query('ANALYZE resource_listing');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX resource_creation ON resource (group_id, kind, created_revision, id)');
    await queryRunner.query('DROP TRIGGER resource_inserted ON resource');
    await queryRunner.query('DROP TRIGGER resource_updated ON resource');
    await queryRunner.query('DROP TRIGGER resource_deleted ON resource');
    await queryRunner.query('DROP FUNCTION list_resources');
    await queryRunner.query('DROP TABLE resource_listing, resource_tally');
  }
}

/**
 * `list` is group and kind in one: every index but the primary key begins with it, and none of them can be mistaken for a
 * way to find one resource. Tokens are hashes of what a resource can be filtered by, one word each.
 */
const table = `
  CREATE TABLE resource_listing (
    group_id integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    list text COLLATE "C" NOT NULL,
    created_revision bigint NOT NULL,
    name text,
    name_key text,
    create_time float8,
    update_time float8,
    uris text[] NOT NULL,
    tokens text[] NOT NULL,
    searched text COLLATE "C" NOT NULL,
    PRIMARY KEY (group_id, kind, id)
  )`;

const columns = `group_id, kind, id, list, created_revision, name, name_key, create_time, update_time, uris, tokens, searched`;

/** Kinds may hold fields of any type and length under these names: none of that may keep a resource from being written. */
const listed = `
  came.group_id, came.kind, came.id, came.group_id || '/' || came.kind, came.created_revision, came.value->>'name',
  left(lower(came.value->>'name'), 200),
  CASE WHEN jsonb_typeof(came.value->'create_time') = 'number' THEN (came.value->>'create_time')::float8 END,
  CASE WHEN jsonb_typeof(came.value->'update_time') = 'number' THEN (came.value->>'update_time')::float8 END,
  CASE WHEN jsonb_typeof(came.value->'uri') = 'string' THEN ARRAY[came.value->>'uri']
    WHEN jsonb_typeof(came.value->'uris') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(came.value->'uris'))
    ELSE '{}' END,
  ARRAY(
    SELECT md5('ref ' || ref) FROM unnest(came.refs) AS ref
    UNION ALL
    SELECT md5('field ' || field || '=' || (came.value->>field))
      FROM unnest(ARRAY['service_id', 'upstream_id']) AS field WHERE came.value ? field
    UNION ALL
    SELECT md5(word) FROM jsonb_each_text(
        CASE WHEN jsonb_typeof(came.value->'labels') = 'object' THEN came.value->'labels' ELSE '{}' END) AS label (key, text),
      LATERAL (VALUES ('label ' || key), ('label ' || json_build_array(key, text))) AS said (word)
  ),
  lower(concat_ws(E'\\n', came.id, came.value->>'name', came.value->>'desc', came.value->>'uri', came.value->>'uris',
    came.value->>'host', came.value->>'hosts', came.value->>'labels', came.value->>'username'))`;

/** How many there are of each kind: the total of a list without filters, which would otherwise be counted for every page. */
const tally = `
  CREATE TABLE resource_tally (list text COLLATE "C" PRIMARY KEY, count integer NOT NULL) WITH (fillfactor = 50);
  INSERT INTO resource_tally SELECT list, count(*) FROM resource_listing GROUP BY list`;

/** Of an upsert, the trigger of inserts sees what is new, and the one of updates what is not. */
const listingFunction = `
  CREATE FUNCTION list_resources() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      DELETE FROM resource_listing listing USING gone
      WHERE listing.group_id = gone.group_id AND listing.kind = gone.kind AND listing.id = gone.id;
      UPDATE resource_tally SET count = resource_tally.count - less.count
      FROM (SELECT group_id || '/' || kind AS list, count(*) AS count FROM gone GROUP BY 1) less
      WHERE resource_tally.list = less.list;
    ELSE
      INSERT INTO resource_listing (${columns}) SELECT ${listed} FROM came
      ON CONFLICT (group_id, kind, id) DO UPDATE SET created_revision = excluded.created_revision, name = excluded.name,
        name_key = excluded.name_key, create_time = excluded.create_time, update_time = excluded.update_time,
        uris = excluded.uris, tokens = excluded.tokens, searched = excluded.searched;
    END IF;
    IF TG_OP = 'INSERT' THEN
      INSERT INTO resource_tally SELECT group_id || '/' || kind, count(*) FROM came GROUP BY 1
      ON CONFLICT (list) DO UPDATE SET count = resource_tally.count + excluded.count;
    END IF;
    RETURN NULL;
  END $$`;

/** Once per statement, however many resources it writes. */
const triggers = `
  CREATE TRIGGER resource_inserted AFTER INSERT ON resource REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION list_resources();
  CREATE TRIGGER resource_updated AFTER UPDATE ON resource REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION list_resources();
  CREATE TRIGGER resource_deleted AFTER DELETE ON resource REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION list_resources()`;

const indexes = `
  CREATE INDEX resource_listing_creation ON resource_listing (list, created_revision, id);
  CREATE INDEX resource_listing_id ON resource_listing (list, id);
  CREATE INDEX resource_listing_name ON resource_listing (list, name_key, id);
  CREATE INDEX resource_listing_create_time ON resource_listing (list, create_time, id);
  CREATE INDEX resource_listing_update_time ON resource_listing (list, update_time, id);
  CREATE INDEX resource_listing_tokens ON resource_listing USING gin (tokens) WITH (gin_pending_list_limit = 512)`;

/**
 * A row has more than a hundred trigrams: entered one by one, 10,000 rows take ten seconds, collected first, one. A short
 * list of what is collected keeps the write that has to enter it all from waiting for long.
 *
 * The extension is part of every usual PostgreSQL. Where it may not be used, a search reads all rows of the listing.
 */
const searchIndex = `
  DO $$
  BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX resource_listing_search ON resource_listing USING gin (searched gin_trgm_ops)
      WITH (gin_pending_list_limit = 512);
  EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'pg_trgm cannot be used: %', SQLERRM;
  END $$`;
