import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { ending, startGateway, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { udpLogger } from './plugin.ts';

/** A gateway whose requests are logged to a real socket. */
async function startLogged(config: object = {}) {
  const upstream = await startUpstream();
  const received: unknown[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message) => received.push(JSON.parse(message.toString())));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const logger = { host: '127.0.0.1', port: socket.address().port, batch_max_size: 1, ...config };
  const plugins = { 'udp-logger': { log_format: { uri: '$uri' }, ...logger } };
  const gateway = await startGateway([udpLogger], { uri: '/*', upstream: upstream.url, plugins });
  return ending({ gateway, received }, gateway, upstream, { [Symbol.dispose]: () => void socket.close() });
}

test('a port that is none is refused', () => {
  expect(udpLogger.schema.extraChecks?.({ port: 65_536 } as never)).toMatch(/^property "port" validation failed/);
});

test('entries that do not fit into a datagram are lost, and the log says so', async () => {
  await using peers = await startLogged({ log_format: { long: 'a'.repeat(70_000) } });
  expect((await peers.gateway.get('/')).statusCode).toBe(200);
  await eventually(() =>
    expect(peers.gateway.log.lines).toContainEqual(
      expect.objectContaining({ message: 'entries of a logger are lost' }),
    ),
  );
});

test('an entry is a datagram where batches are of one', async () => {
  await using peers = await startLogged();
  await peers.gateway.get('/a');
  await eventually(() => expect(peers.received).toEqual([{ uri: '/a', route_id: '1' }]));
});

test('a batch is a list in one datagram, sent at the latest when the configuration goes', async () => {
  await using peers = await startLogged({ batch_max_size: 5 });
  await peers.gateway.get('/a');
  await peers.gateway.get('/b');
  peers.gateway.apply({ kind: 'route', id: '1', value: null });
  await eventually(() => expect(peers.received).toMatchObject([[{ uri: '/a' }, { uri: '/b' }]]));
});
