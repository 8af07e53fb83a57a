import { once } from 'node:events';
import { startGateway } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { answerOf, openSocket, route, startEcho } from './fixtures/web-socket-pair.ts';

describe('the end of a WebSocket connection', () => {
  test('is passed on from either side with its code, and only then is the request logged, with all its bytes', async () => {
    await using upstream = await startEcho();
    const logged: [number, number, number][] = [];
    const onRequestEnd = ({
      response,
      bytes,
    }: {
      response: { status: number };
      bytes: { received: number; sent: number };
    }) => void logged.push([response.status, bytes.received, bytes.sent]);
    await using gateway = await startGateway([], route(upstream.node), { onRequestEnd });
    const first = await openSocket(gateway.port);
    await answerOf(first, 'm'.repeat(10_000));
    expect(gateway.engine.openRequests).toBe(1);
    expect(logged).toEqual([]);

    first.close(4001, 'bye');
    const [code] = await once(first, 'close');
    const second = await openSocket(gateway.port);
    const closed = once(second, 'close');
    for (const socket of upstream.webSockets) socket.close(4002);

    expect(code).toBe(4001);
    expect((await closed)[0]).toBe(4002);
    await expect.poll(() => logged.length).toBe(2);
    expect(logged[0]?.[0]).toBe(101);
    expect(logged[0]?.[1]).toBeGreaterThan(10_000);
    expect(logged[0]?.[2]).toBeGreaterThan(10_000);
    expect(gateway.engine.openRequests).toBe(0);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test.each(['client', 'upstream'])('a %s that breaks off takes the other side with it', async (side) => {
    await using upstream = await startEcho();
    await using gateway = await startGateway([], route(upstream.node));
    const socket = await openSocket(gateway.port);

    if (side === 'client') socket.terminate();
    else for (const open of upstream.sockets) open.resetAndDestroy();

    await expect.poll(() => upstream.sockets.size).toBe(0);
    await expect.poll(() => socket.readyState).toBe(WebSocket.CLOSED);
    expect(gateway.engine.openRequests).toBe(0);
  });

  test('is the end of its weight in the choice of a node, and not before', async () => {
    await using first = await startEcho();
    await using second = await startEcho();
    const nodes = { [first.node]: 1, [second.node]: 1 };
    await using gateway = await startGateway([], route(first.node, {}, { type: 'least_conn', nodes }));
    const sockets = [];
    for (let i = 0; i < 6; i += 1) sockets.push(await openSocket(gateway.port));
    expect([first.webSockets.size, second.webSockets.size]).toEqual([3, 3]);

    for (const socket of first.webSockets) socket.close();
    await expect.poll(() => gateway.engine.openRequests).toBe(3);
    for (let i = 0; i < 3; i += 1) await openSocket(gateway.port);

    expect([first.webSockets.size, second.webSockets.size]).toEqual([3, 3]);
  });

  test('comes when neither side has said anything for as long as the upstream may be silent', async () => {
    await using upstream = await startEcho();
    await using gateway = await startGateway([], route(upstream.node, { timeout: { connect: 1, send: 1, read: 0.2 } }));
    const socket = await openSocket(gateway.port);
    const began = performance.now();

    await once(socket, 'close');

    expect(performance.now() - began).toBeGreaterThan(150);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test.each([
    ['that looks at first bytes', { http2: true }],
    ['that does not', {}],
  ])('a stop of a listener %s leaves it until the deadline, then both sides are told', async (_what, options) => {
    await using upstream = await startEcho();
    const logged: number[] = [];
    const onRequestEnd = ({ response }: { response: { status: number } }) => void logged.push(response.status);
    await using gateway = await startGateway([], route(upstream.node), { onRequestEnd });
    const { port } = await gateway.engine.listen({ host: '127.0.0.1', port: 0, ...options });
    const socket = await openSocket(port);
    const [server] = upstream.webSockets;
    const codes = Promise.all([once(socket, 'close'), once(server as WebSocket, 'close')]);

    const closing = gateway.engine.close({ deadlineMs: 200 });
    expect(await answerOf(socket, 'still here')).toBe('still here');
    await closing;

    expect((await codes).map(([code]) => code as number)).toEqual([1001, 1001]);
    expect(logged).toEqual([101]);
  });
});
