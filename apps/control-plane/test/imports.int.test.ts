import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addGroup, withKey } from './credentials.ts';
import { sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const fixtures = join(import.meta.dirname, '../../../libs/transfer/src');

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());

let made = 0;
async function newGroup(): Promise<string> {
  made += 1;
  await addGroup(plane, `g${made}`);
  return `g${made}`;
}
const importInto = (group: string, source: object, more: object = {}, headers?: Record<string, string>) =>
  plane.call('POST', `/api/v1/groups/${group}/imports`, { source, ...more }, headers);
const textOf = (fixture: string): string =>
  JSON.stringify((JSON.parse(readFileSync(join(fixtures, fixture), 'utf8')) as { document: object }).document);

describe('a source is refused', () => {
  test.each([
    [{ type: 'nothing' }, '/source/type'],
    [{ type: 'document' }, '/source/text'],
    [{ type: 'document', text: 'a: [' }, '/source/text'],
    [{ type: 'kong', text: 'routes: []' }, '/source/text'],
    [{ type: 'openapi', text: 'swagger: "2.0"' }, '/source/text'],
    [{ type: 'openapi', text: 'openapi: 3.0.0', prefix: 'x/' }, '/source/prefix'],
    [{ type: 'apisix' }, '/source/url'],
    [{ type: 'apisix', url: 'file:///etc/passwd' }, '/source/url'],
    [{ type: 'apisix', url: 'http://user:pw@127.0.0.1/' }, '/source/url'],
    [{ type: 'apisix', url: 'http://127.0.0.1:1/apisix/admin' }, '/source/url'],
    [{ type: 'etcd', endpoints: ['http://127.0.0.1:1'] }, '/source/endpoints'],
    [{ type: 'etcd', endpoints: ['http://127.0.0.1:1'], prefix: 'x/' }, '/source/prefix'],
  ])('%j', async (source, field) => {
    const { status, body } = await importInto('default', source);
    expect([status, body.error.field]).toEqual([400, field]);
  });

  test('that is fetched, to whoever is no admin; and each fetch is noted before it happens', async () => {
    const editor = await withKey(plane, 'editor');
    const group = await newGroup();
    for (const source of [
      { type: 'apisix', url: 'http://127.0.0.1:1/' },
      { type: 'etcd', endpoints: ['http://127.0.0.1:1'] },
    ])
      expect((await importInto(group, source, {}, editor)).status).toBe(403);
    await importInto(group, { type: 'apisix', url: 'http://127.0.0.1:1/', key: 'its-secret' });
    const noted = await plane.database.query(
      `SELECT detail FROM audit_entry WHERE action = 'configuration.fetch' AND group_name = $1`,
      [group],
    );
    expect(noted).toEqual([{ detail: { type: 'apisix', address: ['127.0.0.1:1'] } }]);
  });

  test('that answers with a redirection', async () => {
    const server = createServer((_req, res) => res.writeHead(302, { location: plane.url }).end()).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/apisix/admin`;
    expect((await importInto('default', { type: 'apisix', url })).status).toBe(400);
    server.close();
  });
});

test('an APISIX is read by its Admin API: all that it tells arrives, and what it does not tell is named', async () => {
  const [source, target] = [await newGroup(), await newGroup()];
  const document = {
    routes: [{ id: 'a', ...sampleRoute('/a'), plugins: { 'key-auth': {} } }],
    consumers: [
      sampleConsumer('jack', 'secret-of-jack'),
      { id: 'jack/credentials/c1', plugins: { 'key-auth': { key: 'second-secret' } } },
    ],
    secrets: [{ id: 'vault/1', uri: 'http://v.example', prefix: 'kv', token: 't' }],
  };
  await plane.call('POST', `/api/v1/groups/${source}/apply`, { document });
  const url = `${plane.url}/groups/${source}/apisix/admin/`;
  const { status, body } = await importInto(target, { type: 'apisix', url, key: plane.adminKey });
  expect([status, body.summary]).toEqual([200, { create: 4, update: 0, delete: 0, unchanged: 0 }]);
  const digests = await Promise.all(
    [source, target].map(async (group) => (await plane.call('GET', `/api/v1/groups/${group}`)).body.digest as string),
  );
  expect(digests[0]).toBe(digests[1]);
});

test('Kong becomes resources, what has no counterpart is reported, and what this build cannot take is left out by name', async () => {
  const group = await newGroup();
  const source = { type: 'kong', text: textOf('kong/fixtures/shop.in.json') };
  const refused = await importInto(group, source);
  expect(refused.status).toBe(400);
  const { status, body } = await importInto(group, source, { skip_invalid: true, dry_run: true });
  expect(status).toBe(200);
  expect(body.summary.create).toBeGreaterThan(8);
  const messages = body.report.map(({ message }: { message: string }) => message).join('\n');
  expect(messages).toContain('ca_certificates (1) have no counterpart');
  expect(messages).toMatch(/certificate|ssl/);
  expect((await plane.call('GET', `/api/v1/groups/${group}`)).body.revision).toBe(0);
});

test('an OpenAPI document becomes routes of one revision', async () => {
  const group = await newGroup();
  const source = { type: 'openapi', text: textOf('openapi/fixtures/pets.in.json'), prefix: '/store' };
  const { body } = await importInto(group, source, { message: 'pets' });
  expect(body).toMatchObject({ revision: 1, summary: { create: 6 } });
  const { body: route } = await plane.call('GET', `/api/v1/groups/${group}/resources/routes/Pet-Store-photo`);
  expect(route.value).toMatchObject({ uri: '/store/pets/*', service_id: 'Pet-Store' });
  const { body: history } = await plane.call('GET', `/api/v1/groups/${group}/revisions`);
  expect(history.list[0]).toMatchObject({ source: 'import', message: 'pets' });
});

test('what refers to something that is left out is left out as well', async () => {
  const text = JSON.stringify({
    upstreams: [{ id: 'bad', type: 'dice', nodes: {} }],
    services: [{ id: 's', upstream_id: 'bad' }],
    routes: [
      { id: 'a', uri: '/a', service_id: 's' },
      { id: 'b', ...sampleRoute('/b') },
    ],
  });
  const { body } = await importInto(await newGroup(), { type: 'document', text }, { skip_invalid: true });
  expect(body.summary.create).toBe(1);
  expect(body.report.map(({ path }: { path: string }) => path)).toEqual(['/upstreams/0', '/services/0', '/routes/0']);
});
