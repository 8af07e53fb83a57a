import { reply } from '@sluice/plugin-kit';
import { rawClient, startGateway, startUpstream, type TestGateway } from '@sluice/testing';
import { expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

const fields = { 'transfer-encoding': 'chunked', Connection: 'keep-alive', 'Keep-Alive': 'timeout=9', 'X-Own': '1' };

async function answerOf(gateway: TestGateway): Promise<string> {
  using client = await rawClient(gateway.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  return await client.closed();
}

function expectOneFraming(answer: string): void {
  expect(answer).toContain('X-Own: 1\r\n');
  expect(answer).toMatch(/\r\nContent-Length: 5\r\n[^]*\r\n\r\nhello$/i);
  expect(answer).not.toMatch(/transfer-encoding|keep-alive/i);
  expect(answer.match(/connection: close/gi)).toHaveLength(1);
}

test('an answer of a plugin that names another framing is framed once, by its length', async () => {
  await using gateway = await startGateway([testPlugin('own', () => ({ access: () => reply(200, 'hello', fields) }))], {
    uri: '/*',
    upstream: 'http://127.0.0.1:1',
    plugins: { own: {} },
  });
  expectOneFraming(await answerOf(gateway));
});

test.each(['set', 'append'] as const)('fields of the connection that a plugin tries to %s stay out', async (how) => {
  await using upstream = await startUpstream((_req, res) => res.end('hello'));
  const change = testPlugin('change', () => ({
    responseHeader: ({ response }) => {
      for (const [name, value] of Object.entries(fields)) response?.headers[how](name, value);
    },
  }));
  await using gateway = await startGateway([change], { uri: '/*', upstream: upstream.url, plugins: { change: {} } });
  expectOneFraming(await answerOf(gateway));
});
