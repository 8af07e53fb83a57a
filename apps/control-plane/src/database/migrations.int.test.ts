import { startPostgres } from '@sluice/testing';
import type { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { fillDatabase } from '../../test/filled-database.ts';
import { StartError } from '../start-error.ts';
import { defineDatabase, openDatabase } from './open-database.ts';
import { migrateDown, migrateUp, schemaState, withMigrationLock } from './schema-migrations.ts';

const catalogue = `
  SELECT c.relname AS name, c.relkind AS kind, pg_get_indexdef(c.oid) AS definition,
    (SELECT json_agg(json_build_array(attname, format_type(atttypid, atttypmod), attnotnull) ORDER BY attname)
     FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
    (SELECT json_agg(pg_get_constraintdef(r.oid) ORDER BY r.conname) FROM pg_constraint r WHERE r.conrelid = c.oid)
      AS constraints
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relname NOT LIKE 'migration%'
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND i.indrelid = 'migration'::regclass)
  ORDER BY c.relname`;

test('migrations go up, all the way down to nothing, and up again to the same tables', async () => {
  await using postgres = await startPostgres();
  const database = await openDatabase(postgres.url, 4);
  const before = await database.query(catalogue);
  await migrateDown(database, database.migrations.length);

  expect(await database.query(catalogue)).toEqual([]);
  await migrateUp(database);
  expect(await database.query(catalogue)).toEqual(before);
  expect(await database.query('SELECT name, etcd_prefix FROM gateway_group')).toEqual([
    { name: 'default', etcd_prefix: '/apisix' },
  ]);
  await database.destroy();
});

test('each migration can be taken back from a database in use, and done again, with what was there before in place', async () => {
  await using postgres = await startPostgres();
  await fillDatabase(postgres.url);
  const database = await openDatabase(postgres.url, 4);
  const [tables, kept] = [await database.query(catalogue), await configuration(database)];
  expect(kept.revisions).toBeGreaterThan(2);
  // The first two make the tables that hold what is compared.
  for (let steps = 1; steps <= database.migrations.length - 2; steps += 1) {
    expect(await migrateDown(database, steps)).toHaveLength(steps);
    expect(await configuration(database)).toEqual(kept);
    expect(await migrateUp(database)).toHaveLength(steps);
    expect(await database.query(catalogue)).toEqual(tables);
  }
  expect(await configuration(database)).toEqual(kept);
  await database.destroy();
});

test('control planes that start at once migrate one after the other', async () => {
  await using postgres = await startPostgres();
  const opened = await Promise.all([1, 2, 3].map(() => openDatabase(postgres.url, 4)));

  const rows = await opened[0]?.query('SELECT count(*) AS count FROM migration');
  expect(rows).toEqual([{ count: opened[0]?.migrations.length }]);
  await Promise.all(opened.map((database) => database.destroy()));
});

test('a database that a newer version has migrated is left alone, and its migration is named', async () => {
  await using postgres = await startPostgres();
  const database = await openDatabase(postgres.url, 4);
  await database.query(`INSERT INTO migration (timestamp, name) VALUES (9000000000000, 'Future9000000000000')`);
  await expect(openDatabase(postgres.url, 4)).rejects.toThrow(StartError);
  await expect(openDatabase(postgres.url, 4)).rejects.toThrow(/newer version .*Future9000000000000/);
  await expect(migrateDown(database, 1)).rejects.toThrow('Future9000000000000');
  expect((await schemaState(database)).unknown).toEqual(['Future9000000000000']);
  await database.destroy();
});

test('a migration waits for the one that runs elsewhere, however long that takes', async () => {
  await using postgres = await startPostgres();
  const [first, second] = await Promise.all([1, 2].map(() => defineDatabase(postgres.url, 2).initialize()));
  if (!first || !second) throw new Error('unreachable');
  const order: string[] = [];
  const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>();
  const { promise: mayGo, resolve: letGo } = Promise.withResolvers<void>();
  const slow = withMigrationLock(first, async () => {
    hold();
    await mayGo;
    order.push('first');
  });
  await isHeld;
  const waiting = withMigrationLock(second, async () => void order.push('second'));
  const blocked = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
  await expect.poll(() => first.query(blocked)).toHaveLength(1);
  letGo();
  await Promise.all([slow, waiting]);
  expect(order).toEqual(['first', 'second']);
  await Promise.all([first.destroy(), second.destroy()]);
});

/** What no migration may lose: what is configured, and its history. */
async function configuration(database: DataSource) {
  const ask = (from: string): Promise<{ text: string }[]> => database.query(`SELECT ${from}`);
  const [resources, revisions, audit] = await Promise.all([
    ask(
      `md5(string_agg(kind || id || body || encode(hash, 'hex'), '' ORDER BY group_id, kind, id)) AS text FROM resource`,
    ),
    ask(`count(*) AS text FROM revision`),
    ask(`md5(string_agg(encode(hash, 'hex'), '' ORDER BY scope, seq)) AS text FROM audit_entry`),
  ]);
  return { resources: resources[0]?.text, revisions: Number(revisions[0]?.text), audit: audit[0]?.text };
}
