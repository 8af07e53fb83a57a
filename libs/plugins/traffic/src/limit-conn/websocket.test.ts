import { createHash } from 'node:crypto';
import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { limitConn } from './plugin.ts';

const key = Buffer.from('0123456789abcdef').toString('base64');
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

const lines = (...of: readonly string[]) => `${of.join('\r\n')}\r\n\r\n`;
const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];

test('a websocket counts as long as it is open', async () => {
  await using upstream = await startUpstream();
  upstream.server.on('upgrade', (_req, socket) => {
    socket.on('error', () => {});
    socket.write(lines('HTTP/1.1 101 Switching Protocols', ...upgrade, `Sec-WebSocket-Accept: ${accept}`));
  });
  const limits = { conn: 1, burst: 0, default_conn_delay: 0.1, key: 'remote_addr' };
  const route = { uri: '/*', upstream: upstream.url, enable_websocket: true, plugins: { 'limit-conn': limits } };
  await using gateway = await startGateway([limitConn], route);
  using client = await rawClient(gateway.port);
  const fields = [...upgrade, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`];
  client.send(lines('GET / HTTP/1.1', 'Host: h', ...fields));
  await client.until('HTTP/1.1 101');

  expect((await gateway.get('/')).statusCode).toBe(503);
  client.socket.destroy();

  await eventually(async () => expect((await gateway.get('/')).statusCode).toBe(200));
});
