import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type TestDatabase } from '@sluice/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlPlaneProcess } from './control-plane-process.ts';

const adminKey = 'the-admin-key-of-this-test';
let postgres: TestDatabase;
let dataDir: string;
let plane: ControlPlaneProcess;
let url: string;

beforeAll(async () => {
  postgres = await startPostgres();
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-log-'));
  const env = { SLUICE_DATABASE_URL: postgres.url, SLUICE_DATA_DIR: dataDir, SLUICE_ADMIN_KEY: adminKey };
  plane = await ControlPlaneProcess.start({ ...env, SLUICE_LOG_LEVEL: 'info' });
  url = /listening at (http:\/\/[\d.:]+)/.exec(plane.output)?.[1] ?? '';
});
afterAll(async () => {
  await plane.kill();
  await postgres[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

type LogLine = Readonly<Record<string, unknown>>;

/** The log line of a request, as soon as it is there. */
async function lineOf(requestId: string | null): Promise<LogLine> {
  const find = () => plane.output.split('\n').find((line) => line.includes(`"request_id":"${requestId}"`));
  await expect.poll(find).toBeDefined();
  return JSON.parse(find() ?? '{}') as LogLine;
}

test.each(['short', 'with space here', 'x'.repeat(129), 'quote"quote"quote', 'line%0abreak-line'])(
  'a request id that is not sane is not taken: %s',
  async (offered) => {
    const { headers } = await fetch(`${url}/healthz`, { headers: { 'x-request-id': offered } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  },
);

test('a sane request id comes back in the answer, in the error, in the log and in the audit trail', async () => {
  const id = 'deploy-2031:step.4';
  const headers = { 'x-api-key': adminKey, 'x-request-id': id };
  const refused = await fetch(`${url}/api/v1/groups/nowhere/schema`, { headers });
  expect(refused.headers.get('x-request-id')).toBe(id);
  expect(await refused.json()).toMatchObject({ error: { code: 'NOT_FOUND', request_id: id } });

  const body = JSON.stringify({ uri: '/x', upstream: { nodes: { '127.0.0.1:1': 1 } } });
  await fetch(`${url}/apisix/admin/routes/x`, { method: 'PUT', headers, body });
  const audit = await fetch(`${url}/api/v1/audit?limit=1`, { headers });
  expect(await audit.json()).toMatchObject({ list: [{ action: 'resource.create', request_id: id }] });
  const { method, path, route, status, caller } = await lineOf(id);
  expect({ method, path, route, status, caller }).toEqual({
    method: 'GET',
    path: '/api/v1/groups/nowhere/schema',
    route: '/api/v1/groups/:group/schema',
    status: 404,
    caller: 'SLUICE_ADMIN_KEY',
  });
});

test('no key reaches the log, however it was sent', async () => {
  const wrong = 'a-key-that-nobody-knows-of';
  const sent = [
    { query: `?api_key=${adminKey}` },
    { query: `?api_key=${wrong}` },
    { headers: { 'x-api-key': adminKey } },
    { headers: { authorization: `Bearer ${wrong}` } },
    { headers: { cookie: `sluice_session=${wrong}` } },
  ];
  for (const { query = '', headers = {} } of sent) {
    const answer = await fetch(`${url}/apisix/admin/routes${query}`, { headers });
    await lineOf(answer.headers.get('x-request-id'));
  }
  expect(plane.output).not.toContain(adminKey);
  expect(plane.output).not.toContain(wrong);
});

test('what is refused before any route is found is logged as well', async () => {
  const { status, headers } = await fetch(`${url}/%zz`);
  expect(status).toBe(400);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(await lineOf(headers.get('x-request-id'))).toMatchObject({ status: 400, path: '/%zz', msg: 'answered' });
});
