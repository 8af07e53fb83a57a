import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { echo } from './plugin.ts';

async function answerTo(config: object, chunks: readonly string[] = ['ori', 'gin']) {
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(200, { etag: '"1"', 'last-modified': 'now', 'x-kept': 'yes' });
    for (const chunk of chunks) res.write(chunk);
    res.end();
  });
  await using gateway = await startGateway([echo], { uri: '/*', upstream: upstream.url, plugins: { echo: config } });
  return await gateway.get('/');
}

test.each([
  [{ before_body: '<' }, '<origin'],
  [{ after_body: '>' }, 'origin>'],
  [{ body: 'new' }, 'new'],
  [{ body: '' }, ''],
  [{ before_body: '<', body: 'new', after_body: '>' }, '<new>'],
])('%j makes the body %j', async (config, body) => {
  expect((await answerTo(config)).body).toBe(body);
});

test('an answer without a body gets the texts as well', async () => {
  expect((await answerTo({ before_body: '<', after_body: '>' }, [])).body).toBe('<>');
});

test('headers are set, and what the upstream said of its body is gone', async () => {
  const { headers } = await answerTo({ body: 'new', headers: { Location: 'https://a.b', 'X-Number': 5 } });
  expect(headers).toMatchObject({ location: 'https://a.b', 'x-number': '5', 'x-kept': 'yes' });
  expect(headers).not.toHaveProperty('etag');
  expect(headers).not.toHaveProperty('last-modified');
});

test('a list is several lines, and nothing in a value can end one', async () => {
  const { headers } = await answerTo({
    body: 'new',
    headers: { 'Set-Cookie': ['a=1', 'b=2'], 'X-A': 'a\r\nX-Evil: 1' },
  });
  expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-a': 'a%0D%0AX-Evil: 1' });
});

test.each([
  [{}, 'expect object to have at least 1 properties'],
  [{ headers: { a: 'b' } }, 'object matches none of the required'],
  [{ body: 'new', headers: { 'a b': 'c' } }, 'invalid field character in header'],
  [{ after_body: 10 }, 'property "after_body" validation failed: wrong type: expected string, got number'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { echo: config } };
  await expect(startGateway([echo], route)).rejects.toThrow(message);
});
