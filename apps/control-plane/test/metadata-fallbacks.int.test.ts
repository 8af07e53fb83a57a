import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { defaultGroup, drafts, group, putRoute } from './default-group.ts';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin';
const problem =
  'failed to check the configuration of plugin file-logger err: property "path" is not set in either the plugin conf or the metadata';
let plane: TestControlPlane;
const { draftOf, head } = defaultGroup(() => plane);

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(() => plane.call('DELETE', `${admin}/plugin_metadata/file-logger`));

const put = (path: string, body: unknown) => plane.call('PUT', `${admin}/${path}`, body);
const metadata = (value: object) => put('plugin_metadata/file-logger', value);
const logged = (config: object = {}) => ({ ...sampleRoute('/a'), plugins: { 'file-logger': config } });
const change = (kind: string, id: string, value: object) => ({ op: 'put', kind, id, value });

test('a plugin whose field is neither in its configuration nor in its metadata is refused', async () => {
  expect(await put('routes/1', logged())).toMatchObject({ status: 400, body: { error_msg: problem } });
  await metadata({ log_format: { uri: '$uri' } });
  expect((await put('routes/1', logged())).status).toBe(400);
  const native = await plane.call('POST', `${group}/change-sets`, { changes: [change('route', '1', logged())] });
  expect(native).toMatchObject({
    status: 400,
    body: { error: { field: '/changes/0/value/plugins/file-logger/path', message: problem } },
  });
});

test.each([
  ['services/1', {}],
  ['global_rules/1', {}],
  ['consumers/c', { username: 'c' }],
])('wherever it stands: on %s', async (path, more) => {
  const value = { ...more, plugins: { 'file-logger': {} } };
  expect(await put(path, value)).toMatchObject({ status: 400, body: { error_msg: problem } });
});

test('a draft tells of it once', async () => {
  const draft = await draftOf(putRoute('1', '/a', logged()));
  const { body } = await plane.call('GET', `${drafts}/${draft}/validation`);
  expect(JSON.stringify(body).split('is not set in either')).toHaveLength(2);
});

test('it is enough that one of them has it, also where both come together', async () => {
  expect((await put('routes/own', logged({ path: 'a.log' }))).status).toBe(201);
  expect((await put('routes/off', logged({ _meta: { disable: true } }))).status).toBe(201);
  const changes = [change('route', 'both', logged()), change('plugin_metadata', 'file-logger', { path: 'b.log' })];
  expect((await plane.call('POST', `${group}/change-sets`, { changes })).status).toBeLessThan(300);
  expect((await put('routes/after', logged())).status).toBe(201);
});

test('metadata may go all the same, and a revision from before comes back', async () => {
  await metadata({ path: 'a.log' });
  await put('routes/left', logged());
  expect((await plane.call('DELETE', `${admin}/plugin_metadata/file-logger`)).status).toBe(200);
  const { revision } = await head();
  await plane.call('DELETE', `${admin}/routes/left`);
  expect((await plane.call('POST', `${group}/revisions/${revision}/rollback`, {})).status).toBeLessThan(300);
  expect((await plane.call('GET', `${admin}/routes/left`)).status).toBe(200);
});
