import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyEverything } from '../src/audit/verify-everything.ts';
import { Sealing } from '../src/sealing/sealing.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
const route = (uri: string) => ({ uri, upstream: { nodes: { '127.0.0.1:1980': 1 } } });

/** Columns that are neither history nor audit trail, with what they are instead. */
const exempt: Readonly<Record<string, string>> = {
  'audit_entry.words': 'an index of what the entry says',
  'revision.kinds': 'an index of what the changes say',
  'revision.search': 'an index of what the changes say',
  'resource.refs': 'an index of what the value says',
  'resource.claims': 'an index of what the value says',
  'resource.created_revision': 'a number that the history tells as well',
  'resource.expires_at': 'no part of history',
  'gateway_group.name': 'the name by which it is asked for',
  'gateway_group.etcd_prefix': 'a setting',
  'gateway_group.id_counter': 'a counter',
  'gateway_group.created_at': 'no part of history',
  'gateway_group.description': 'a setting',
  'gateway_group.approval_required': 'a setting, whose changes the audit trail tells',
  'gateway_group.approvers': 'a setting, whose changes the audit trail tells',
  'gateway_group.keep_revisions': 'a setting, whose changes the audit trail tells',
  'gateway_group.keep_days': 'a setting, whose changes the audit trail tells',
};

const tables = ['audit_entry', 'audit_chain', 'revision', 'resource_version', 'resource', 'gateway_group'];

/** The smallest change of a value of each type: one byte, one number, one microsecond. */
const changes: Readonly<Record<string, (column: string) => string>> = {
  text: (column) =>
    `CASE WHEN coalesce(${column}, '') = '' THEN '~' ELSE overlay(${column} placing '~' from length(${column})) END`,
  bigint: (column) => `coalesce(${column} + 1000, 1000)`,
  integer: (column) => `coalesce(${column} + 1000, 1000)`,
  bytea: (column) => `coalesce(set_byte(${column}, octet_length(${column}) - 1,
    get_byte(${column}, octet_length(${column}) - 1) # 1), '\\x00')`,
  'timestamp with time zone': (column) => `${column} + interval '1 microsecond'`,
  jsonb: (column) => `${column} || '{"": 0}'`,
};

let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  await plane.call('PUT', `${GROUP}/resources/routes/a`, route('/a'));
  await plane.call('PUT', `${GROUP}/resources/routes/a`, route('/b'));
  const jack = { username: 'jack', plugins: { 'key-auth': { key: 'plain-secret' } } };
  await plane.call('PUT', `${GROUP}/resources/consumers/jack`, jack);
  await plane.call('DELETE', `${GROUP}/resources/routes/a`);
  await plane.call('PUT', `${GROUP}/resources/routes/a`, route('/c'));
  await plane.call('POST', `${GROUP}/revisions/2/rollback`, { message: 'back' });
  await dropConstraints();
});
afterAll(() => plane[Symbol.asyncDispose]());

const broken = async () => {
  const verdicts = await verifyEverything(plane.database, plane.app.get(Sealing, { strict: false }));
  return verdicts.filter(({ report }) => !report.isIntact);
};

test('an untouched history is intact, in code and over the API', async () => {
  expect(await broken()).toEqual([]);
  const { status, body } = await plane.call('POST', '/api/v1/audit/verify', {});
  expect([status, body.intact]).toEqual([200, true]);
  expect(body.chains).toContainEqual({ type: 'revisions', group: 'default', intact: true, checked: 6 });
});

describe.each(tables)('%s', (table) => {
  test('one byte that is changed in any column of any row is found', async () => {
    const described = await plane.database.query<{ name: string; type: string }[]>(COLUMNS, [table]);
    expect(described.length).toBeGreaterThan(2);
    const unnoticed: string[] = [];
    for (const { name, type } of described) {
      if (exempt[`${table}.${name}`]) continue;
      const change = changes[type];
      if (!change) throw new Error(`How is a ${type} changed, such as ${table}.${name}?`);
      for (const place of await placesOf(table))
        if (!(await isNoticed({ table, name, place, value: change(`"${name}"`) })))
          unnoticed.push(`${table}.${name} of ${place}`);
    }
    expect(unnoticed).toEqual([]);
    expect(await broken()).toEqual([]);
  });

  test('a row that is gone is found', async () => {
    const unnoticed: string[] = [];
    for (const place of table === 'gateway_group' ? [] : await placesOf(table)) {
      await plane.database.query(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE ctid = '${place}'`);
      await plane.database.query(`DELETE FROM ${table} WHERE ctid = '${place}'`);
      if ((await broken()).length === 0) unnoticed.push(place);
      await plane.database.query(`INSERT INTO ${table} SELECT * FROM kept`);
      await plane.database.query('DROP TABLE kept');
    }
    expect(unnoticed).toEqual([]);
  });
});

test('a trail whose end was cut off together with the note of where it ends is found', async () => {
  await plane.database.query(`
    CREATE TABLE kept AS SELECT * FROM audit_entry WHERE scope = 1 AND seq > 3;
    CREATE TABLE kept_chain AS SELECT * FROM audit_chain WHERE scope = 1;
    DELETE FROM audit_entry WHERE scope = 1 AND seq > 3;
    UPDATE audit_chain SET seq = 3, hash = (SELECT hash FROM audit_entry WHERE scope = 1 AND seq = 3) WHERE scope = 1`);
  expect(await broken()).toMatchObject([{ type: 'audit', group: 'default', report: { at: 4 } }]);
  await plane.database.query(`
    INSERT INTO audit_entry SELECT * FROM kept;
    DELETE FROM audit_chain WHERE scope = 1;
    INSERT INTO audit_chain SELECT * FROM kept_chain;
    DROP TABLE kept, kept_chain`);
  expect(await broken()).toEqual([]);
});

test('the first entry that does not hold is named, and the administrator of a group may ask about that group alone', async () => {
  await plane.database.query(`UPDATE audit_entry SET actor = 'x' || actor WHERE scope = 1 AND seq IN (2, 4)`);
  const { body } = await plane.call('POST', '/api/v1/audit/verify', { group: 'default' });
  expect(body.intact).toBe(false);
  expect(body.chains[0]).toEqual({
    type: 'audit',
    group: 'default',
    intact: false,
    checked: 1,
    broken_at: 2,
    reason: 'the entry is not what was written',
  });
  await plane.database.query(`UPDATE audit_entry SET actor = substr(actor, 2) WHERE scope = 1 AND seq IN (2, 4)`);
  expect((await plane.call('POST', '/api/v1/audit/verify', { group: 'nowhere' })).status).toBe(404);
});

const COLUMNS = `
  SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = $1
  ORDER BY ordinal_position`;

/** Whoever writes into the tables may drop what checks them first. */
async function dropConstraints(): Promise<void> {
  const constraints = await plane.database.query<{ table: string; name: string }[]>(
    `SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint
     WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace`,
  );
  for (const { table, name } of constraints)
    await plane.database.query(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`);
}

/** Where the rows of a table lie. */
async function placesOf(table: string): Promise<string[]> {
  const rows = await plane.database.query<{ place: string }[]>(`SELECT ctid::text AS place FROM ${table}`);
  return rows.map(({ place }) => place);
}

interface Tampering {
  readonly table: string;
  readonly name: string;
  readonly place: string;
  readonly value: string;
}

/** Changes one value, asks whether that is noticed, and puts the old value back. */
async function isNoticed({ table, name, place, value }: Tampering): Promise<boolean> {
  await plane.database.query(`CREATE TABLE kept AS SELECT "${name}" AS value FROM ${table} WHERE ctid = '${place}'`);
  const [[moved]] = (await plane.database.query(
    `UPDATE ${table} SET "${name}" = ${value} WHERE ctid = '${place}' RETURNING ctid::text AS place`,
  )) as [{ place: string }[]];
  const isFound = (await broken()).length > 0;
  await plane.database.query(`UPDATE ${table} SET "${name}" = (SELECT value FROM kept) WHERE ctid = '${moved?.place}'`);
  await plane.database.query('DROP TABLE kept');
  return isFound;
}
