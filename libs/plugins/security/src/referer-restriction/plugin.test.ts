import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { refererRestriction } from './plugin.ts';

async function answerTo(config: object, referer: string | undefined) {
  await using upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { 'referer-restriction': config };
  await using gateway = await startGateway([refererRestriction], { uri: '/*', upstream: upstream.url, plugins });
  const response = await gateway.get('/', referer === undefined ? {} : { referer });
  return { status: response.statusCode, body: response.body, calls: upstream.requests.length };
}

const refused = { status: 403, body: '{"message":"Your referer host is not allowed"}\n', calls: 0 };
const passed = { status: 200, body: 'origin', calls: 1 };
const own = { whitelist: ['*.example.com', 'example.org'] };
const foreign = { blacklist: ['*.leech.example', '[::1]'] };

describe('a request is refused, and the upstream never hears of it,', () => {
  test.each([
    ['without a referer', own, undefined],
    ['with a referer that is no URL', own, 'example.org'],
    ['with a referer that has no host', own, 'data:text/plain,example.org'],
    ['from another host', own, 'https://example.net/'],
    ['from a host that only contains a listed one', own, 'https://example.org.evil.net/'],
    ['from a host that names a listed one as its user', own, 'https://example.org@evil.net/'],
    ['from a host that only ends alike', own, 'https://badexample.org/'],
    ['from a listed host', foreign, 'https://cdn.LEECH.example:8443/page?x'],
    ['from a listed address', foreign, 'http://[::1]:3000/'],
    ['without a referer, though nobody is listed', foreign, undefined],
  ])('%s', async (_case, config, referer) => {
    expect(await answerTo(config, referer)).toEqual(refused);
  });

  test('with the message that is configured', async () => {
    const { body } = await answerTo({ ...own, message: 'No.' }, undefined);
    expect(body).toBe('{"message":"No."}\n');
  });
});

describe('a request may pass', () => {
  test.each([
    ['from a listed host', own, 'http://EXAMPLE.org:8080/a/b?c'],
    ['from a subdomain of a listed host', own, 'https://a.b.example.com/'],
    ['from a host that nobody denies', foreign, 'https://example.net/'],
    ['without a referer, where that is allowed', { ...own, bypass_missing: true }, undefined],
    ['with a referer that is no URL, where none is needed', { ...own, bypass_missing: true }, 'nonsense'],
  ])('%s', async (_case, config, referer) => {
    expect(await answerTo(config, referer)).toEqual(passed);
  });
});

test.each([
  [{}, 'value should match only one schema, but matches none'],
  [{ whitelist: ['a.b'], blacklist: ['c.d'] }, 'value should match only one schema'],
  [{ whitelist: [] }, 'property "whitelist" validation failed'],
  [{ whitelist: ['https://example.com'] }, 'property "whitelist" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'referer-restriction': config } };
  await expect(startGateway([refererRestriction], route)).rejects.toThrow(message);
});
