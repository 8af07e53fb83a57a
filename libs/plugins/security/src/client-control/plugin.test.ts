import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { clientControl } from './plugin.ts';

async function answerTo(config: object, body: string, headers: Record<string, string> = {}) {
  let received = '';
  await using upstream = await startUpstream((req, res) => {
    req.on('data', (data: Buffer) => (received += data.toString()));
    req.on('end', () => res.end('origin'));
  });
  const plugins = { 'client-control': config };
  await using gateway = await startGateway([clientControl], { uri: '/*', upstream: upstream.url, plugins });
  const response = await gateway.request({ method: 'POST', headers, body });
  return { status: response.statusCode, body: response.body, received };
}

const chunked = { 'transfer-encoding': 'chunked' };

test('a body that announces too much is refused, and the upstream never hears of it', async () => {
  const { status, body, received } = await answerTo({ max_body_size: 4 }, '12345');
  expect([status, received]).toEqual([413, '']);
  expect(body).toContain('413 ');
});

test('a body in chunks is broken off when it becomes too much', async () => {
  const { status, received } = await answerTo({ max_body_size: 4 }, '12345', chunked);
  expect(status).toBe(413);
  expect(received).not.toContain('5');
});

test.each([
  ['that announces as much as may be', { max_body_size: 5 }, {}],
  ['in chunks of as much as may be', { max_body_size: 5 }, chunked],
  ['of any size where the limit is 0', { max_body_size: 0 }, {}],
  ['of any size where there is no limit', {}, chunked],
])('a body %s arrives whole', async (_case, config, headers) => {
  expect(await answerTo(config, '12345', headers)).toEqual({ status: 200, body: 'origin', received: '12345' });
});

test.each([[{ max_body_size: -1 }], [{ max_body_size: 1.5 }], [{ max_body_size: '1' }]])(
  'the configuration %j is refused',
  async (config) => {
    const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'client-control': config } };
    await expect(startGateway([clientControl], route)).rejects.toThrow('property "max_body_size" validation failed');
  },
);
