import { createServer } from 'node:net';
import { rawClient, startUpstream } from '@sluice/testing';
import { describe, expect, test, vi } from 'vitest';
import { keepAsking } from './fixtures/keep-asking.ts';
import { placeWith, startDataPlane } from './fixtures/start-data-plane.ts';

const patience = { timeout: 30_000, interval: 20 };

const routeTo = (node: string, uri = '/*') => ({ uri, upstream: { type: 'roundrobin', nodes: { [node]: 1 } } });

describe('a start', () => {
  test('on a port that somebody else has ends with an error that names the port and its setting', async () => {
    await using place = await placeWith({ r: routeTo('127.0.0.1:1') });
    const other = createServer().listen({ host: '127.0.0.1', port: place.port, reusePort: true });
    try {
      await using plane = startDataPlane(place);

      expect(await plane.exited).toBe(1);
      expect(plane.output).toContain(`port ${place.port} (SLUICE_HTTP_PORT)`);
    } finally {
      other.close();
    }
  });

  test('beside a running data plane that nobody wants to replace is refused, and the running one goes on', async () => {
    await using upstream = await startUpstream();
    await using place = await placeWith({ r: routeTo(upstream.node) });
    await using plane = startDataPlane(place);
    await plane.ready();

    await using second = startDataPlane(place);

    expect(await second.exited).toBe(1);
    expect(second.output).toContain('SLUICE_CONTROL_PORT');
    expect(await (await fetch(`http://127.0.0.1:${place.port}/`)).text()).toBe('ok');
  });

  test('without anybody else serves the last known good configuration, after a kill as well', async () => {
    await using upstream = await startUpstream();
    await using place = await placeWith({ r: routeTo(upstream.node) });
    {
      await using plane = startDataPlane(place);
      await plane.ready();
    }
    await using plane = startDataPlane(place);
    await plane.ready();

    expect(await (await fetch(`http://127.0.0.1:${place.port}/`)).text()).toBe('ok');
    const { workers } = (await (await plane.control('/v1/workers')).json()) as { workers: { state: string }[] };
    await vi.waitFor(() => expect(workers).toHaveLength(2), patience);
  });
});

describe('a stop', () => {
  test('lets the request in flight finish, asks its connection to end, and takes no new one', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    await using upstream = await startUpstream((_req, res) => void mayAnswer.then(() => res.end('finished')));
    await using place = await placeWith({ r: routeTo(upstream.node) });
    await using plane = startDataPlane(place);
    await plane.ready();
    using client = await rawClient(place.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(1), patience);

    plane.child.kill('SIGTERM');
    await vi.waitFor(async () => expect(await rawClient(place.port).catch(() => 'refused')).toBe('refused'), patience);
    answer();

    const received = await client.closed();
    expect(received).toContain('finished');
    expect(received.toLowerCase()).toContain('connection: close');
    expect(await plane.exited).toBe(0);
  });

  test('that is asked for twice ends what is in flight', async () => {
    await using upstream = await startUpstream(() => undefined);
    await using place = await placeWith({ r: routeTo(upstream.node) });
    await using plane = startDataPlane(place, { SLUICE_DRAIN_SECONDS: '600' });
    await plane.ready();
    using client = await rawClient(place.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(1), patience);

    plane.child.kill('SIGTERM');
    await vi.waitFor(async () => expect((await plane.control('/readyz')).status).toBe(503), patience);
    plane.child.kill('SIGTERM');

    expect(await plane.exited).toBe(1);
    await client.closed();
  });

  test('ends by itself when its time is over', async () => {
    await using upstream = await startUpstream(() => undefined);
    await using place = await placeWith({ r: routeTo(upstream.node) });
    await using plane = startDataPlane(place, { SLUICE_DRAIN_SECONDS: '0.2' });
    await plane.ready();
    using client = await rawClient(place.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(1), patience);

    plane.child.kill('SIGTERM');

    expect(await plane.exited).toBe(0);
  });
});

describe('a data plane that takes over', () => {
  test('from one under load loses no request of clients that keep their connections', async () => {
    await using upstream = await startUpstream();
    await using place = await placeWith({ r: routeTo(upstream.node) });
    await using old = startDataPlane(place);
    await old.ready();
    const load = keepAsking(place.port, 16);
    await vi.waitFor(() => expect(load.answers).toBeGreaterThan(200), patience);

    await using next = startDataPlane(place, { SLUICE_TAKE_OVER: 'true' });
    await next.ready();
    expect(await old.exited).toBe(0);
    const before = load.answers;
    await vi.waitFor(() => expect(load.answers).toBeGreaterThan(before + 200), patience);

    expect(await load.stop()).toEqual([]);
  });

  test('where there is nobody to take over from starts as usual', async () => {
    await using place = await placeWith({ r: routeTo('127.0.0.1:1') });
    await using plane = startDataPlane(place, { SLUICE_TAKE_OVER: 'true' });
    await plane.ready();
    expect((await plane.control('/v1/revision')).status).toBe(200);
  });
});
