import { startPostgres } from '@sluice/testing';
import { expect, test } from 'vitest';
import { openDatabase } from './open-database.ts';

const catalogue = `
  SELECT c.relname AS name, c.relkind AS kind, pg_get_indexdef(c.oid) AS definition,
    (SELECT json_agg(json_build_array(attname, format_type(atttypid, atttypmod), attnotnull) ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relname NOT LIKE 'migration%'
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND i.indrelid = 'migration'::regclass)
  ORDER BY c.relname`;

test('migrations go up, all the way down to nothing, and up again to the same tables', async () => {
  await using postgres = await startPostgres();
  const database = await openDatabase(postgres.url, 4);
  const before = await database.query(catalogue);
  for (let left = database.migrations.length; left > 0; left -= 1) await database.undoLastMigration();

  expect(await database.query(catalogue)).toEqual([]);
  await database.runMigrations();
  expect(await database.query(catalogue)).toEqual(before);
  expect(await database.query('SELECT name, etcd_prefix FROM gateway_group')).toEqual([
    { name: 'default', etcd_prefix: '/apisix' },
  ]);
  await database.destroy();
});

test('control planes that start at once migrate one after the other', async () => {
  await using postgres = await startPostgres();
  const opened = await Promise.all([1, 2, 3].map(() => openDatabase(postgres.url, 4)));

  const rows = await opened[0]?.query('SELECT count(*) AS count FROM migration');
  expect(rows).toEqual([{ count: opened[0]?.migrations.length }]);
  await Promise.all(opened.map((database) => database.destroy()));
});
