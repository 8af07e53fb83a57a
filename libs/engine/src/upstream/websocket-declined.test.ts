import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { handshake, route } from './fixtures/web-socket-pair.ts';

describe('a handshake', () => {
  test('that is answered otherwise leaves the connection to the requests that follow, one of them already sent', async () => {
    await using upstream = await startUpstream((req, res) => res.end(`saw ${req.url ?? ''}.`));
    await using gateway = await startGateway([], { ...route(upstream.node), enable_websocket: false });
    using client = await rawClient(gateway.port);

    client.send(`${handshake()}GET /second HTTP/1.1\r\nHost: a\r\n\r\n`);
    await client.until(/saw \/second\./);
    client.send(handshake());
    await client.until(/(?:saw [^]*){3}/);
    client.send('GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');

    expect(await client.closed()).toContain('saw /last.');
    expect(gateway.engine.connections.accepted).toBe(1);
    await expect.poll(() => gateway.engine.connections.active).toBe(0);
    await expect.poll(() => gateway.engine.openRequests).toBe(0);
  });

  test('that asks to close is the last of its connection', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], { ...route(upstream.node), enable_websocket: false });
    using client = await rawClient(gateway.port);

    client.send(handshake().replace('keep-alive, Upgrade', 'Upgrade, Close'));

    expect(await client.closed()).toMatch(/200 OK[^]*Connection: close/i);
  });
});
