import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHouse } from '../src/index.ts';

const secret = 'never-to-be-seen-4711';

test('no key, password or token reaches a log, an error, an audit entry, a revision or the database in plain', async () => {
  await using house = await startHouse();
  const { admin } = house;
  await admin.put('consumers', { username: 'jack', plugins: { 'key-auth': { key: secret } } });
  await admin.put('routes/r1', {
    uri: '/r1',
    plugins: { 'key-auth': {} },
    upstream: { nodes: { '127.0.0.1:1980': 1 } },
  });
  await house.untilInSync();

  const answers = [
    await admin.call('PUT', '/apisix/admin/consumers', { username: 'jill', plugins: { 'key-auth': { key: secret } } }),
    await admin.call('PUT', '/apisix/admin/consumers', { username: 'jim', plugins: { 'key-auth': { key: [secret] } } }),
    await admin.call('GET', '/api/v1/groups/default/resources/consumers/jack'),
    await admin.call('GET', '/api/v1/groups/default/revisions/1'),
    await admin.call('GET', '/api/v1/groups/default/revisions/1/diff?against=0'),
    await admin.call('GET', '/api/v1/audit'),
    await admin.call('GET', `/apisix/admin/routes?api_key=${house.adminKey}`),
    await admin.call('POST', '/api/v1/session', { username: 'admin', password: secret }),
  ];
  await fetch(`${house.proxyUrl}/r1?apikey=${secret}`);
  await fetch(`${house.proxyUrl}/r1`, { headers: { apikey: secret } });
  const control = await fetch(`http://127.0.0.1:${house.ports.control}/v1/consumers`);
  await house.dataPlane.end('SIGTERM');
  await house.controlPlane.end('SIGTERM');

  expect(answers[0]?.status).toBe(400);
  expect(answers.map(({ body }) => JSON.stringify(body)).filter((text) => text?.includes(secret))).toEqual([]);
  expect(await control.text()).not.toContain(secret);
  const logs = house.controlPlane.output + house.dataPlane.output;
  expect(logs).not.toContain(secret);
  expect(logs).not.toContain(house.adminKey);
  expect(await house.databaseDump()).not.toContain(secret);
  expect(await filesOf(house.dataDir)).not.toContain(house.adminKey);
});

/** Everything in the data directory but the data plane's copy, which has to hold the keys and is readable by its owner only. */
async function filesOf(dataDir: string): Promise<string> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('last-known-good'));
  const contents = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
  return contents.join('\n');
}
