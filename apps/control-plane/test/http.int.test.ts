import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultyProxy } from '@sluice/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sluice-files-'));
  await mkdir(join(files, 'dist/assets'), { recursive: true });
  await writeFile(join(files, 'dist/index.html'), '<!doctype html><title>Sluice</title>');
  await writeFile(join(files, 'dist/assets/app-1a2b.js'), 'export {}');
  await writeFile(join(files, 'secret.txt'), 'outside');
  plane = await startControlPlane({ SLUICE_DASHBOARD_DIR: join(files, 'dist') });
});
afterAll(async () => {
  await plane[Symbol.asyncDispose]();
  await rm(files, { recursive: true });
});

const page = { accept: 'text/html,*/*' };
const get = (path: string, headers: Record<string, string> = page) => fetch(plane.url + path, { headers });

test('no path leads out of the folder of the dashboard', async () => {
  const { status, body } = await plane.call('GET', '/..%2fsecret.txt', undefined, { accept: '*/*' });

  expect([status, JSON.stringify(body).includes('outside')]).toEqual([404, false]);
});

test('a path of an API is never answered with a page', async () => {
  const answers = await Promise.all(['/api/v1/nothing', '/apisix/nothing', '/groups/nothing'].map((path) => get(path)));

  for (const answer of answers) {
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('json');
  }
});

test('a URL that cannot be decoded is refused in the words of the API that it names', async () => {
  const api = await plane.call('GET', '/api/v1/%zz');
  const admin = await plane.call('GET', '/apisix/admin/routes/%zz');

  expect(api).toMatchObject({ status: 400, body: { error: { code: 'MALFORMED_REQUEST' } } });
  expect(admin).toMatchObject({ status: 400, body: { error_msg: expect.any(String) } });
});

test('a missing script is missing, not a page', async () => {
  expect((await get('/assets/gone.js', { accept: '*/*' })).status).toBe(404);
});

test('every path that asks for a page gets the application, under a strict policy and never cached', async () => {
  const answers = await Promise.all(['/', '/routes/1/edit'].map((path) => get(path)));

  for (const answer of answers) {
    expect(await answer.text()).toContain('<title>Sluice</title>');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  }
});

test('assets are kept forever, because their names change with them', async () => {
  const { headers } = await get('/assets/app-1a2b.js');

  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test('a sane request id is kept, any other is replaced', async () => {
  const kept = await get('/healthz', { 'x-request-id': 'request-0001' });
  const replaced = await get('/healthz', { 'x-request-id': 'short' });

  expect(kept.headers.get('x-request-id')).toBe('request-0001');
  expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('an error tells code, words for a stranger, and the request id of its answer', async () => {
  const { status, headers, body } = await plane.call('GET', '/api/v1/groups/default/resources/routes?page=0');

  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'INVALID', request_id: headers.get('x-request-id') });
});

test('schemas of kinds and plugins say which fields are secret', async () => {
  const { body } = await plane.call('GET', '/api/v1/groups/default/schema');
  const plugin = body.plugins.find(({ name }: { name: string }) => name === 'key-auth');

  expect(body.kinds.map(({ name }: { name: string }) => name)).toContain('route');
  expect(body.kinds.find(({ name }: { name: string }) => name === 'ssl').secrets).toEqual(['key', 'keys']);
  expect(plugin.secrets.consumer).toEqual(['key']);
});

test('the process is alive, and ready when its database answers', async () => {
  expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 200]);
});

test('the process is not ready, and says so before the time of its database is up, while its database hangs', async () => {
  const database = new URL(plane.databaseUrl);
  await using link = await FaultyProxy.start(Number(database.port));
  database.port = new URL(link.url).port;
  await using behind = await startControlPlane({ SLUICE_DATABASE_URL: database.href, SLUICE_DATA_DIR: plane.dataDir });
  link.hang();
  const started = performance.now();

  expect(await behind.call('GET', '/readyz')).toMatchObject({
    status: 503,
    body: { error: { code: 'DATABASE_UNAVAILABLE' } },
  });
  expect(performance.now() - started).toBeLessThan(5000);
  link.cut();
});
