import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withKey } from './credentials.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const ROUTE = { uri: '/m', upstream: { nodes: { '127.0.0.1:1980': 1 } } };
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

/** The samples of one scrape, by name with labels. */
async function scrape(): Promise<Map<string, number>> {
  const { status, body, headers } = await plane.call('GET', '/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (body as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('metrics are closed to strangers and to sessions, and open to the key of a viewer, also as a bearer token', async () => {
  expect((await fetch(`${plane.url}/metrics`)).status).toBe(401);
  const { 'x-api-key': key = '' } = await withKey(plane, 'viewer');
  const answer = await fetch(`${plane.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
});

test('every sample is a number, and no name or label is there twice', async () => {
  const { body } = await plane.call('GET', '/metrics');
  const samples = (body as string).trimEnd().split('\n');
  const names = samples.filter((line) => !line.startsWith('#')).map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(new Set(names).size).toBe(names.length);
  for (const line of samples) {
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="[^"\n]*",?)+\})? -?[\d.e+-]+)$/);
  }
});

test('requests are counted by the template of their route, never by what was asked for', async () => {
  await plane.call('PUT', '/apisix/admin/routes/counted', ROUTE);
  await plane.call('GET', '/api/v1/groups/default/resources/routes/counted');
  await plane.call('GET', '/api/v1/groups/default/resources/routes/missing');
  const samples = await scrape();
  const of = (method: string, route: string, status: number) =>
    samples.get(`sluice_control_plane_http_requests_total{method="${method}",route="${route}",status="${status}"}`);
  expect(of('PUT', '/apisix/admin/:resource/:id', 201)).toBe(1);
  expect(of('GET', '/api/v1/groups/:group/resources/:plural/:id', 200)).toBe(1);
  expect(of('GET', '/api/v1/groups/:group/resources/:plural/:id', 404)).toBe(1);
  const seconds = 'sluice_control_plane_http_request_seconds_count{method="PUT",route="/apisix/admin/:resource/:id"}';
  expect(samples.get(seconds)).toBe(1);
  expect([...samples.keys()].join()).not.toContain('counted');
});

test('what is refused before it reaches a route is counted as well', async () => {
  const before = await scrape();
  expect((await fetch(`${plane.url}/%zz`)).status).toBe(400);
  expect(await sendRaw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  const after = await scrape();
  const grown = [...after].filter(([name, value]) => name.includes('status="400"') && value > (before.get(name) ?? 0));
  expect(grown.reduce((sum, [name, value]) => sum + value - (before.get(name) ?? 0), 0)).toBe(2);
});

test('they tell of revisions, resources, audit entries and refused sign-ins, and forget none', async () => {
  const before = await scrape();
  await plane.call('PUT', '/apisix/admin/routes/told', ROUTE);
  await plane.call('DELETE', '/apisix/admin/routes/told');
  await plane.call('POST', '/api/v1/session', { username: 'nobody', password: 'wrong' });
  const after = await scrape();
  const grew = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grew('sluice_revision{group="default"}')).toBe(2);
  expect(grew('sluice_resources{group="default"}')).toBe(0);
  expect(grew('sluice_audit_entries_total{group="default",action="resource.create"}')).toBe(1);
  expect(grew('sluice_audit_entries_total{group="default",action="resource.delete"}')).toBe(1);
  expect(grew('sluice_sign_in_failures_total')).toBe(1);
});

test('a group without data planes shows all their states as none', async () => {
  const samples = await scrape();
  for (const state of ['healthy', 'degraded', 'offline']) {
    expect(samples.get(`sluice_data_planes{group="default",state="${state}"}`)).toBe(0);
  }
  expect(samples.get('sluice_control_plane_database_up')).toBe(1);
  await expect.poll(async () => (await scrape()).get('sluice_control_plane_leader')).toBe(1);
});

function sendRaw(text: string): Promise<string> {
  const { port, hostname } = new URL(plane.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
