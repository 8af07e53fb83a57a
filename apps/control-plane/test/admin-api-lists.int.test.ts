import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin';
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  for (const id of ['s1', 's2', 's3']) await plane.call('PUT', `${admin}/services/${id}`, { name: `name-${id}` });
  for (let i = 0; i < 12; i += 1) {
    const value = { ...sampleRoute(`/l/${i}`), service_id: i % 2 ? 's1' : 's2', labels: { [`k${i}`]: 'v' } };
    await plane.call('PUT', `${admin}/routes/l${i}`, value);
  }
});

afterAll(() => plane[Symbol.asyncDispose]());

async function ids(query: string): Promise<string[]> {
  const { body } = await plane.call('GET', `${admin}/services${query}`);
  return body.list.map(({ value }: { value: { id: string } }) => value.id);
}

test('an empty list is a list', async () => {
  expect((await plane.call('GET', `${admin}/upstreams`)).body).toEqual({ list: [], total: 0 });
});

test('names are filtered by a pattern', async () => {
  expect(await ids('?name=s[13]$')).toEqual(['s1', 's3']);
});

test('routes are filtered by label, path and service, and paged in order of creation', async () => {
  const by = async (query: string) => (await plane.call('GET', `${admin}/routes?${query}`)).body;

  expect((await by('label=k3')).list.map(({ key }: { key: string }) => key)).toEqual(['/apisix/routes/l3']);
  expect((await by(`filter=${encodeURIComponent('service_id=s1')}`)).total).toBe(6);
  const page = await by('uri=^/l/&page=2&page_size=10');
  expect([page.total, page.list.map(({ value }: { value: { uri: string } }) => value.uri)]).toEqual([
    12,
    ['/l/10', '/l/11'],
  ]);
});

test('a page beyond all pages is empty', async () => {
  const answer = await plane.call('GET', `${admin}/routes?page=99999999999999999999&page_size=10`);

  expect(answer).toMatchObject({ status: 200, body: { list: [], total: expect.any(Number) } });
});

test('a probe and a preflight need no key', async () => {
  const probe = await fetch(`${plane.url}${admin}`, { method: 'HEAD' });
  const preflight = await fetch(`${plane.url}${admin}/routes/1`, { method: 'OPTIONS' });

  expect([probe.status, preflight.status]).toEqual([200, 200]);
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
  expect(probe.headers.get('server')).toMatch(/Sluice\/\d/);
});

test('schemas are served without annotations, plugins with _meta', async () => {
  const route = (await plane.call('GET', `${admin}/schema/route`)).body;
  const plugin = (await plane.call('GET', `${admin}/plugins/csrf`)).body;

  expect(JSON.stringify(route)).not.toContain('"description"');
  expect(plugin.properties).toMatchObject({ key: { type: 'string' }, _meta: { type: 'object' } });
  expect(plugin.encrypt_fields).toEqual(['key']);
});

test('what a consumer may say to a plugin is served as the text that clients compare', async () => {
  const answer = await fetch(`${plane.url}${admin}/plugins/basic-auth?schema_type=consumer`, {
    headers: { 'x-api-key': plane.adminKey },
  });
  expect(await answer.text()).toBe(
    '{"encrypt_fields":["password"],"properties":{"password":{"type":"string"},"username":{"type":"string"}},' +
      '"required":["username","password"],"title":"work with consumer object","type":"object"}',
  );
});

test('the two schemas of a plugin that knows consumers are told apart by their titles', async () => {
  const titleOf = async (path: string): Promise<unknown> => (await plane.call('GET', `${admin}/${path}`)).body.title;

  expect(await titleOf('schema/plugins/basic-auth')).toBe('work with route or service object');
  expect(await titleOf('schema/plugins/basic-auth?schema_type=consumer')).toBe('work with consumer object');
  expect(await titleOf('schema/plugins/basic-auth?schema_type=other')).toBe('work with route or service object');
  expect(await titleOf('schema/plugins/cors')).toBeUndefined();
});

test('a named group has an Admin API of its own', async () => {
  await plane.database.query(`INSERT INTO gateway_group (name, etcd_prefix) VALUES ('staging', '/sluice/staging')`);
  const made = await plane.call('PUT', `/groups/staging${admin}/routes/only-here`, sampleRoute('/s'));

  expect(made.body.key).toBe('/sluice/staging/routes/only-here');
  expect((await plane.call('GET', `${admin}/routes/only-here`)).status).toBe(404);
  expect((await plane.call('GET', `/groups/nowhere${admin}/routes`)).status).toBe(404);
});
