import { startUpstream } from '@sluice/testing';
import { describe, expect, test, vi } from 'vitest';
import { type Outcome, startWorkers, type TestWorkers } from './fixtures/start-workers.ts';

const patience = { timeout: 20_000, interval: 20 };

const crashRoute = (how: string) => ({
  kind: 'route',
  id: how,
  value: { uri: `/${how}`, plugins: { crash: { how } } },
});

const bodies = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => ('body' in outcome ? outcome.body : outcome.failure));

async function many(workers: TestWorkers, count: number, path: string): Promise<readonly Outcome[]> {
  return await Promise.all(Array.from({ length: count }, () => workers.get(path)));
}

const states = ({ pool }: TestWorkers) => pool.crew.states().map(({ state }) => state);

describe('a worker that is', () => {
  test('stuck for ever is replaced, its connections are lost, and nothing else', async () => {
    await using workers = await startWorkers(2);
    await workers.apply(crashRoute('spin'), crashRoute('who'));
    expect(new Set(bodies(await many(workers, 40, '/who')))).toEqual(new Set(['0', '1']));

    const lost = await workers.get('/spin');
    await vi.waitFor(() => expect(workers.pool.crew.restarts).toBeGreaterThan(0), patience);
    await vi.waitFor(() => expect(states(workers)).toEqual(['serving', 'serving']), patience);

    expect(lost).toEqual({ failure: 'ECONNRESET' });
    expect(workers.log.join()).toContain('stuck for 2 s');
    // A machine that is busy with other things may make the new one wait for its turn.
    await vi.waitFor(
      async () => expect(new Set(bodies(await many(workers, 40, '/who')))).toEqual(new Set(['0', '1'])),
      patience,
    );
  });

  test('killed while changes arrive loses none of them', async () => {
    await using upstream = await startUpstream();
    await using workers = await startWorkers(2);
    await workers.apply(crashRoute('die'), crashRoute('who'));

    for (let i = 0; i < 30; i += 1) {
      const killing = i % 10 === 3 ? workers.get('/die') : undefined;
      const value = { uri: '/now', plugins: { crash: { how: 'who' } }, upstream: { nodes: { [upstream.node]: 1 } } };
      expect(await workers.apply({ kind: 'route', id: 'now', value: { ...value, uri: `/now/${i}` } })).toEqual([]);
      await killing;
    }

    await vi.waitFor(() => expect(states(workers)).toEqual(['serving', 'serving']), patience);
    const answers = await many(workers, 40, '/now/29');
    expect(new Set(bodies(answers))).toEqual(new Set(['0', '1']));
    expect(new Set(bodies(await many(workers, 20, '/now/28')))).not.toContain('0');
  });

  test('dying again and again is started later and later, and the supervisor says so', async () => {
    await using workers = await startWorkers(1);
    await workers.apply(crashRoute('die'));

    for (let i = 0; i < 3; i += 1) {
      await vi.waitFor(() => expect(states(workers)).toEqual(['serving']), patience);
      await workers.get('/die');
      await vi.waitFor(() => expect(workers.pool.crew.restarts).toBe(i + 1), patience);
    }

    expect(workers.pool.crew.failing).toEqual([0]);
    expect(workers.log.filter((line) => line.includes('"delayMs":500'))).toHaveLength(1);
  });
});

describe('a change', () => {
  test('is served by every worker when it is acknowledged: no new connection finds the one before', async () => {
    await using workers = await startWorkers(3);

    for (let revision = 0; revision < 25; revision += 1) {
      const plugins = { crash: { how: 'who' } };
      await workers.apply(
        { kind: 'route', id: 'r', value: { uri: `/at/${revision}`, plugins } },
        {
          kind: 'consumer',
          id: 'ann',
          value: { username: 'ann', plugins: { 'key-auth': { key: `key-${revision}` } } },
        },
      );
      const answers = await many(workers, 12, `/at/${revision}`);
      expect(answers.filter((answer) => !('status' in answer) || answer.status !== 200)).toEqual([]);
    }
  });

  test('that is refused is served by nobody', async () => {
    await using workers = await startWorkers(2);
    await workers.apply(crashRoute('who'));

    const errors = await workers.apply(
      { kind: 'route', id: 'new', value: { uri: '/new', plugins: { crash: { how: 'who' } } } },
      { kind: 'route', id: 'bad', value: { uri: 5 } },
    );

    expect(errors).toMatchObject([{ kind: 'route', id: 'bad' }]);
    expect(new Set((await many(workers, 20, '/new')).map((answer) => 'status' in answer && answer.status))).toEqual(
      new Set([404]),
    );
  });
});

test('a limit is exact across all workers', async () => {
  await using upstream = await startUpstream();
  await using workers = await startWorkers(4);
  const limit = { count: 100, time_window: 600, rejected_code: 503, key: 'remote_addr' };
  const nodes = { [upstream.node]: 1 };
  await workers.apply({
    kind: 'route',
    id: 'l',
    value: { uri: '/limited', plugins: { 'limit-count': limit }, upstream: { nodes } },
  });

  const answers = (await Promise.all(Array.from({ length: 8 }, () => many(workers, 50, '/limited')))).flat();

  const passed = answers.filter((answer) => 'status' in answer && answer.status === 200);
  expect(answers.filter((answer) => 'failure' in answer)).toEqual([]);
  expect(passed).toHaveLength(100);
});

test('what workers count adds up, and what a dead one has reported stays', async () => {
  await using workers = await startWorkers(2);
  await workers.apply(crashRoute('who'), crashRoute('die'));
  await many(workers, 30, '/who');
  const counted = () => /^apisix_http_requests_total (\d+)$/m.exec(workers.telemetry.render())?.[1];
  await vi.waitFor(() => expect(counted()).toBe('30'), patience);

  await workers.get('/die');
  await vi.waitFor(() => expect(states(workers)).toEqual(['serving', 'serving']), patience);

  expect(counted()).toBe('30');
});
