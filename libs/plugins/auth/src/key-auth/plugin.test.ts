import { ending, startGateway, startUpstream, type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { keyAuth } from './plugin.ts';

const ann: TestResource = {
  kind: 'consumer',
  id: 'ann',
  value: { username: 'ann', labels: { custom_id: 'a-7' }, plugins: { 'key-auth': { key: 'key-of-ann' } } },
};
const guest: TestResource = { kind: 'consumer', id: 'guest', value: { username: 'guest' } };

/** A gateway whose only route is protected, an upstream behind it, and two consumers. */
async function startProtected(config: object = {}, consumers: readonly TestResource[] = [ann, guest]) {
  const upstream = await startUpstream();
  const plugins = { 'key-auth': config };
  const route = { kind: 'route', id: '1', value: { uri: '/*', upstream: upstream.url, plugins } };
  const gateway = await startGateway([keyAuth], [...consumers, route]);
  return ending(
    {
      gateway,
      upstream,
    },
    gateway,
    upstream,
  );
}

describe('a request is refused with 401, and the upstream never hears of it,', () => {
  test.each([
    ['without a key', '/', {}, 'Missing API key in request'],
    ['with a key that nobody has', '/', { apikey: 'guessed' }, 'Invalid API key in request'],
    ['with a key that nobody has in the query', '/?apikey=guessed', {}, 'Invalid API key in request'],
    ['with an empty key', '/', { apikey: '' }, 'Invalid API key in request'],
    ['with a key in another case', '/', { apikey: 'KEY-OF-ANN' }, 'Invalid API key in request'],
    ['with the key under another name', '/?key=key-of-ann', { 'x-apikey': 'key-of-ann' }, 'Missing API key in request'],
    [
      'with a good key only where it is not looked for',
      '/?apikey=key-of-ann',
      { apikey: 'x' },
      'Invalid API key in request',
    ],
  ])('%s', async (_case, path, headers: Record<string, string>, message) => {
    await using pair = await startProtected();

    const response = await pair.gateway.get(path, headers);

    expect(response.statusCode).toBe(401);
    expect(response.body).toBe(`{"message":"${message}"}\n`);
    expect(response.headers['www-authenticate']).toBe('apikey realm="key"');
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('when no consumer has any key', async () => {
    await using pair = await startProtected({}, [guest]);
    const response = await pair.gateway.get('/', { apikey: 'key-of-ann' });
    expect([response.statusCode, response.body]).toEqual([401, '{"message":"Invalid API key in request"}\n']);
  });

  test('and the realm of the answer is the configured one', async () => {
    await using pair = await startProtected({ realm: 'the back office' });
    const { headers } = await pair.gateway.get('/');
    expect(headers['www-authenticate']).toBe('apikey realm="the back office"');
  });

  test('and neither answer nor log repeat the key', async () => {
    await using pair = await startProtected();
    const response = await pair.gateway.get('/', { apikey: 'almost-right' });
    expect(response.body).not.toContain('almost-right');
    expect(JSON.stringify(pair.gateway.log.lines)).not.toContain('almost-right');
  });
});

describe('a key that is withdrawn', () => {
  test('opens nothing from then on', async () => {
    await using pair = await startProtected();
    expect((await pair.gateway.get('/', { apikey: 'key-of-ann' })).statusCode).toBe(200);
    pair.gateway.apply({ kind: 'consumer', id: 'ann', value: null });
    expect((await pair.gateway.get('/', { apikey: 'key-of-ann' })).statusCode).toBe(401);
  });

  test('opens nothing while its text is only the name of a secret', async () => {
    const key = '$secret://vault/1/ann/key';
    const held = { ...ann, value: { username: 'ann', plugins: { 'key-auth': { key } } } };
    await using pair = await startProtected({}, [held]);
    expect((await pair.gateway.get('/', { apikey: key })).statusCode).toBe(401);
  });
});

describe('the consumer that a key belongs to', () => {
  test.each([
    ['a header', {}, '/', { apikey: 'key-of-ann' }],
    ['a header in any case', { header: 'X-API-Key' }, '/', { 'x-api-key': 'key-of-ann' }],
    ['an argument', {}, '/?a=1&apikey=key-of-ann', {}],
    ['an encoded argument', { query: 'auth key' }, '/?auth+key=key%2Dof-ann', {}],
    ['the header, whatever the argument says', {}, '/?apikey=guessed', { apikey: 'key-of-ann' }],
  ])('is known by %s', async (_case, config, path, headers: Record<string, string>) => {
    await using pair = await startProtected(config);
    expect((await pair.gateway.get(path, headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'ann' });
  });

  test('is told to the upstream, and what the client claims to be is not', async () => {
    await using pair = await startProtected();

    await pair.gateway.get('/', {
      apikey: 'key-of-ann',
      'x-consumer-username': 'root',
      'x-consumer-custom-id': '0',
      'x-credential-identifier': 'c',
    });

    const headers = pair.upstream.requests[0]?.headers;
    expect(headers).toMatchObject({ 'x-consumer-username': 'ann', 'x-consumer-custom-id': 'a-7' });
    expect(headers).not.toHaveProperty('x-credential-identifier');
  });

  test('is known by a credential as well, which the upstream is told', async () => {
    const plugins = { 'key-auth': { key: 'second-key' } };
    const credential = { kind: 'credential', id: 'ann/phone', value: { plugins } };
    await using pair = await startProtected({}, [ann, credential]);

    await pair.gateway.get('/', { apikey: 'second-key' });

    expect(pair.upstream.requests[0]?.headers).toMatchObject({
      'x-consumer-username': 'ann',
      'x-credential-identifier': 'phone',
    });
  });
});

describe('the anonymous consumer', () => {
  test('must exist: otherwise the request is refused and the log says why', async () => {
    await using pair = await startProtected({ anonymous_consumer: 'nobody' });

    const response = await pair.gateway.get('/');

    expect([response.statusCode, response.body]).toEqual([401, '{"message":"Invalid user authorization"}\n']);
    expect(response.headers['www-authenticate']).toBe('apikey realm="key"');
    expect(pair.gateway.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ username: 'nobody' }) }),
    );
  });

  test.each([
    ['without a key', {}],
    ['with a key that nobody has', { apikey: 'guessed' }],
  ])('stands for requests %s', async (_case, headers: Record<string, string>) => {
    await using pair = await startProtected({ anonymous_consumer: 'guest' });
    expect((await pair.gateway.get('/', headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'guest' });
  });

  test('does not stand for those who have a key', async () => {
    await using pair = await startProtected({ anonymous_consumer: 'guest' });
    await pair.gateway.get('/', { apikey: 'key-of-ann' });
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'ann' });
  });
});

describe('the key on its way to the upstream', () => {
  test('is passed on, unless it shall be hidden', async () => {
    await using pair = await startProtected();
    await pair.gateway.get('/?apikey=key-of-ann', { apikey: 'key-of-ann' });
    expect(pair.upstream.requests[0]).toMatchObject({
      url: '/?apikey=key-of-ann',
      headers: { apikey: 'key-of-ann' },
    });
  });

  test('is taken out of the header and nothing else is', async () => {
    await using pair = await startProtected({ hide_credentials: true });
    await pair.gateway.get('/?apikey=other', { apikey: 'key-of-ann', 'apikey-2': 'kept' });
    const request = pair.upstream.requests[0];
    expect(request?.url).toBe('/?apikey=other');
    expect(request?.headers).toHaveProperty('apikey-2');
    expect(request?.headers).not.toHaveProperty('apikey');
  });

  test('is taken out of the query and nothing else is', async () => {
    await using pair = await startProtected({ hide_credentials: true, header: 'x-key', query: 'auth' });
    await pair.gateway.get('/p?a=%20&auth=key-of-ann&b', { auth: 'kept' });
    expect(pair.upstream.requests[0]).toMatchObject({ url: '/p?a=%20&b', headers: { auth: 'kept' } });
  });

  test('leaves no question mark behind where it was the whole query', async () => {
    await using pair = await startProtected({ hide_credentials: true });
    await pair.gateway.get('/p?apikey=key-of-ann');
    expect(pair.upstream.requests[0]?.url).toBe('/p');
  });

  test('is taken out of both places when it is wrong and the request becomes anonymous', async () => {
    await using pair = await startProtected({ hide_credentials: true, anonymous_consumer: 'guest' });
    await pair.gateway.get('/?apikey=wrong-2&a=1', { apikey: 'wrong-1' });
    const request = pair.upstream.requests[0];
    expect(request?.url).toBe('/?a=1');
    expect(request?.headers).not.toHaveProperty('apikey');
  });
});

describe('a configuration is refused', () => {
  test.each([
    [{ realm: '' }, 'realm'],
    [{ realm: 'a "quoted" one' }, 'realm'],
    [{ realm: 'x'.repeat(129) }, 'realm'],
    [{ header: 1 }, 'header'],
    [{ hide_credentials: 'yes' }, 'hide_credentials'],
    [{ anonymous_consumer: '' }, 'anonymous_consumer'],
  ])('%j', async (config, field) => {
    const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'key-auth': config } };
    await expect(startGateway([keyAuth], route)).rejects.toThrow(`property "${field}" validation failed`);
  });

  test.each([
    [{}, 'property "key" is required'],
    [{ key: 123 }, 'property "key" validation failed: wrong type: expected string, got number'],
  ])('of a consumer: %j', async (config, message) => {
    const consumer = { kind: 'consumer', id: 'x', value: { username: 'x', plugins: { 'key-auth': config } } };
    await expect(startGateway([keyAuth], [consumer])).rejects.toThrow(
      `invalid plugins configuration: failed to check the configuration of plugin key-auth err: ${message}`,
    );
  });
});
