import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runAdminCommand } from '../src/access/admin-command.ts';
import { keyIdOf } from '../src/sealing/envelope.ts';
import { passingEnvelopes, sealedTables } from '../src/sealing/sealed-tables.ts';
import { sampleConsumer } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const consumers = '/api/v1/groups/default/resources/consumers';
const key = (): string => randomBytes(32).toString('base64');
const [oldKey, newKey] = [`old:${key()}`, `new:${key()}`];
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ SLUICE_KEYRING: oldKey, SLUICE_GRPC_TLS: 'auto' });
  for (const id of ['jack', 'jill']) {
    await plane.call('PUT', `${consumers}/${id}`, sampleConsumer(id, `first-${id}`));
    await plane.call('PUT', `${consumers}/${id}`, sampleConsumer(id, `second-${id}`));
  }
  await plane.call('DELETE', `${consumers}/jill`);
  const edits = [{ op: 'put', kind: 'consumer', id: 'draft', value: sampleConsumer('draft', 'drafted-key') }];
  await plane.call('POST', '/api/v1/groups/default/drafts', { message: 'a draft', edits });
});
afterAll(() => plane[Symbol.asyncDispose]());

/** Runs a command of administrators on the database, with a key ring. */
async function admin(argv: readonly string[], keyring: string): Promise<{ code: number; printed: string }> {
  vi.stubEnv('SLUICE_DATABASE_URL', plane.databaseUrl);
  vi.stubEnv('SLUICE_KEYRING', keyring);
  const printed: string[] = [];
  const keep = (text: unknown): boolean => Boolean(printed.push(String(text)));
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep));
  const code = await runAdminCommand(argv).finally(() => {
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  });
  return { code, printed: printed.join('') };
}

/** The names of the keys with which anything is sealed that stays. */
async function keysInUse(): Promise<string[]> {
  const names = new Set<string>();
  for (const { name, column } of sealedTables) {
    const rows = await plane.database.query<{ sealed: Buffer }[]>(
      `SELECT ${column} AS sealed FROM ${name} WHERE ${column} IS NOT NULL`,
    );
    expect(rows.length, name).toBeGreaterThan(0);
    for (const { sealed } of rows) names.add(keyIdOf(sealed));
  }
  return [...names];
}

test('every column that holds envelopes is known to the rotation', async () => {
  const sealed = [...sealedTables.map(({ name, column }) => `${name}.${column}`), ...passingEnvelopes];
  const rows = await plane.database.query<{ name: string }[]>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE data_type = 'bytea' AND table_schema = 'public'
       AND column_name !~ '(hash|digest|chain|sha256|fingerprint)$' AND (table_name, column_name) <> ('idempotency_key', 'id')`,
  );
  expect(rows.map(({ name }) => name).toSorted()).toEqual(sealed.toSorted());
});

test('keys rotate while a control plane serves: all is sealed anew, and the old key may go', async () => {
  expect(await keysInUse()).toEqual(['old']);
  const before = (await plane.call('GET', '/api/v1/groups')).body.list[0].digest;
  const { code, printed } = await admin(['rotate-keys'], `${newKey},${oldKey}`);
  expect([code, printed]).toEqual([0, expect.stringContaining('The key old may leave SLUICE_KEYRING')]);
  expect(await keysInUse()).toEqual(['new']);

  await using next = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
    SLUICE_KEYRING: newKey,
  });
  expect((await next.call('GET', '/api/v1/groups')).body.list[0].digest).toBe(before);
  expect((await next.call('GET', '/apisix/admin/consumers/jack')).body.value.plugins['key-auth'].key).toBe(
    'second-jack',
  );
  const twice = await next.call('PUT', `${consumers}/other`, sampleConsumer('other', 'second-jack'));
  expect([twice.status, twice.body.error.message]).toEqual([400, expect.stringContaining('duplicate key')]);
  expect((await next.call('POST', '/api/v1/audit/verify', {})).body.intact).toBe(true);
  const [entry] = (await next.call('GET', '/api/v1/audit?action=keyring.rotate')).body.list;
  expect(entry.detail).toMatchObject({ key: 'new', freed: ['old'], claims: 1 });
});

test('a rotation that is run again has nothing left to do', async () => {
  const { code, printed } = await admin(['rotate-keys'], `${newKey},${oldKey}`);
  expect([code, printed]).toEqual([0, '0 secrets are sealed anew with the key new.\n']);
});

test('a ring without a key that is still needed is refused, by the name of the key', async () => {
  await expect(admin(['rotate-keys'], `third:${key()}`)).rejects.toMatchObject({
    code: 'KEYRING_LACKS_KEY',
    detail: 'key new',
  });
});

test('verify tells each chain, and fails where one does not hold', async () => {
  const intact = await admin(['verify'], newKey);
  expect([intact.code, intact.printed]).toEqual([0, expect.stringMatching(/^revisions of default: intact \(\d+\)$/m)]);
  await plane.database.query(`UPDATE audit_entry SET actor = 'x' || actor WHERE scope = 1 AND seq = 2`);
  const broken = await admin(['verify', 'default'], newKey);
  expect([broken.code, broken.printed]).toEqual([1, expect.stringContaining('audit of default: BROKEN at 2')]);
});

test.each([[[]], [['nonsense']], [['rotate-keys', 'now']], [['reset-password', 'a', 'b']]])(
  'admin %o tells how it is used',
  async (argv) => {
    const { code, printed } = await admin(argv, newKey);
    expect([code, printed]).toEqual([2, expect.stringContaining('Usage: admin reset-password')]);
  },
);

test('no secret stands in plain in any table, nor in the log of what was done', async () => {
  const { password } = JSON.parse(await readFile(join(plane.dataDir, 'first-start.json'), 'utf8')) as {
    password: string;
  };
  const tables = await plane.database.query<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(15);
  for (const { name } of tables) {
    const rows = await plane.database.query<{ row: string }[]>(`SELECT t::text AS row FROM "${name}" t`);
    const text = rows.map(({ row }) => row).join('\n');
    for (const secret of ['first-jack', 'second-jack', 'second-jill', 'drafted-key', password, plane.adminKey]) {
      const forms = [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').slice(0, -2)];
      for (const form of forms) expect(text.includes(form), `${name} holds ${secret}`).toBe(false);
    }
  }
});
