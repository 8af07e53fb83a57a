import type { HealthMessage } from '@sluice/sync/grpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDataPlane, type TestDataPlane } from './data-plane-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const EXPLAIN = '/api/v1/groups/default/explain';
const WITHIN = { timeout: 15_000, interval: 20 };
const health: HealthMessage = {
  listeners: [],
  targets: [],
  links: [],
  state: 'ready',
  reason: '',
  uptime_ms: 1,
  rss_bytes: 1,
};

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());

/** A data plane that answers each command by what `answer` makes of its arguments. */
async function joined(
  instance: string,
  answer: (asked: string) => { error: string; result: string },
): Promise<TestDataPlane> {
  const dataPlane = connectDataPlane(plane, { instance_id: instance });
  dataPlane.send({ health });
  await expect.poll(() => dataPlane.batches.length, WITHIN).toBe(1);
  await expect
    .poll(async () => (await plane.call('GET', `/api/v1/groups/default/instances/${instance}`)).status, WITHIN)
    .toBe(200);
  const answered = new Set<string>();
  const timer = setInterval(() => {
    for (const { command_id: id, arguments: args } of dataPlane.commands) {
      if (answered.has(id)) continue;
      answered.add(id);
      const { error, result } = answer(Buffer.from(args).toString());
      dataPlane.send({ command_result: { command_id: id, error, result: Buffer.from(result) } });
    }
  }, 10);
  return Object.assign(Object.create(dataPlane) as TestDataPlane, {
    commands: dataPlane.commands,
    [Symbol.dispose]() {
      clearInterval(timer);
      dataPlane[Symbol.dispose]();
    },
  });
}

test('with nobody connected there is nobody to ask, and what is no request is refused by name', async () => {
  const nobody = await plane.call('POST', EXPLAIN, { url: '/' });
  expect([nobody.status, nobody.body.message ?? nobody.body.error?.message]).toEqual([
    409,
    expect.stringContaining('No data plane'),
  ]);
  expect((await plane.call('POST', EXPLAIN, { url: 'x' })).status).toBe(400);
  expect((await plane.call('POST', EXPLAIN, { url: '/', instance: 'none' })).status).toBe(404);
});

test('what a data plane cannot explain, it says', async () => {
  using dataPlane = await joined('dp-broken', () => ({
    error: 'This data plane does not know the command explain.',
    result: '',
  }));
  const answer = await plane.call('POST', EXPLAIN, { url: '/', instance: 'dp-broken' });
  expect(answer.status).toBe(409);
  expect(JSON.stringify(answer.body)).toContain('does not know the command');
  expect(dataPlane.commands).toHaveLength(1);
});

test('a data plane answers what it is asked; the audit trail knows who asked, and no secret', async () => {
  using dataPlane = await joined('dp-explains', (asked) => ({
    error: '',
    result: JSON.stringify({ revision: 7, asked: JSON.parse(asked) as object }),
  }));
  const request = {
    url: '/pay?token=hunter2',
    headers: { Authorization: 'Bearer hunter2' },
    body: 'hunter2',
    instance: 'dp-explains',
  };
  const { status, body } = await plane.call('POST', EXPLAIN, request);
  expect([status, body]).toEqual([
    200,
    {
      instance: 'dp-explains',
      revision: 7,
      asked: {
        method: 'GET',
        client_ip: '127.0.0.1',
        send: false,
        url: request.url,
        headers: request.headers,
        body: 'hunter2',
      },
    },
  ]);
  expect(dataPlane.commands.map(({ name }) => name)).toEqual(['explain']);
  const audit = JSON.stringify((await plane.call('GET', '/api/v1/audit')).body);
  expect(audit).toContain('instance.explain');
  expect(audit).toContain('/pay');
  expect(audit).not.toContain('hunter2');
});

test('a data plane at another control plane is asked through the database, sealed, and nothing stays there', async () => {
  await using other = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
  });
  const rows = () => plane.database.query<{ arguments: Buffer | null }[]>('SELECT arguments FROM instance_command');
  const seen: string[] = [];
  using _dataPlane = await joined('dp-far', (asked) => {
    seen.push(asked);
    return { error: '', result: '{"revision":3}' };
  });
  const asking = other.call('POST', EXPLAIN, { url: '/far', body: 'hunter2', instance: 'dp-far' });
  await expect.poll(async () => (await rows()).length, WITHIN).toBe(1);
  expect((await rows())[0]?.arguments?.toString('latin1')).not.toContain('hunter2');
  expect((await asking).body).toEqual({ instance: 'dp-far', revision: 3 });
  expect(seen[0]).toContain('hunter2');
  expect(await rows()).toEqual([]);
});
