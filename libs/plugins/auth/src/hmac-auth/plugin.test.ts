import { hash } from 'node:crypto';
import { type RequestToSign, signedHeaders, type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { hmacAuth } from './plugin.ts';

const ann = consumer('ann', { 'hmac-auth': { key_id: 'ann-key', secret_key: 'secret of ann' } });
const guest = consumer('guest');
const now = 'Tue, 10 Nov 2026 12:00:00 GMT';

async function start(config: object = {}, consumers: readonly TestResource[] = [ann, guest]) {
  const pair = await startProtected([hmacAuth], { 'hmac-auth': config }, consumers);
  pair.time.ms = Date.parse(now);
  return pair;
}

/** The headers of a signed request. */
function signed({ headers = {}, ...parts }: Partial<RequestToSign> = {}): Record<string, string> {
  return signedHeaders({
    keyId: 'ann-key',
    secret: 'secret of ann',
    target: '/a?b=1',
    names: '@request-target date',
    ...parts,
    headers: { date: now, ...headers },
  });
}

describe('a request is refused with 401, and the upstream never hears of it,', () => {
  const reasonless = "client request can't be validated";
  const good = signed();
  test.each([
    ['without a signature', { date: now }, `${reasonless}: missing Authorization header`],
    [
      'of another scheme',
      { authorization: 'Basic YTpi' },
      `${reasonless}: Authorization header does not start with 'Signature'`,
    ],
    ['with an empty signature', { ...good, authorization: 'Signature ' }, reasonless],
    [
      'without an algorithm',
      { ...good, authorization: good['authorization']?.replace(/algorithm="[^"]*",/, '') ?? '' },
      reasonless,
    ],
    ['with an unknown algorithm', signed({ algorithm: 'hmac-md5' }), reasonless],
    ['of an unknown key', signed({ keyId: 'eve-key' }), reasonless],
    ['signed by another secret', signed({ secret: 'guessed' }), reasonless],
    ['whose method is another', signed({ method: 'POST' }), reasonless],
    ['whose query is another', signed({ target: '/a?b=2' }), reasonless],
    ['whose date is another', { ...good, date: 'Tue, 10 Nov 2026 12:00:01 GMT' }, reasonless],
    ['whose date is no date', signed({ headers: { date: 'yesterday' } }), reasonless],
    ['without a date', signed({ names: '@request-target' }).authorization ?? '', reasonless],
    ['that is too old', signed({ headers: { date: 'Tue, 10 Nov 2026 11:54:59 GMT' } }), reasonless],
    ['from too far ahead', signed({ headers: { date: 'Tue, 10 Nov 2026 12:05:01 GMT' } }), reasonless],
    ['that does not sign its date', signed({ names: '@request-target' }), reasonless],
    ['that signs a header it does not have', signed({ names: 'date x-absent' }), reasonless],
  ])('%s', async (_case, sent: Record<string, string> | string, message) => {
    await using pair = await start();
    const headers = typeof sent === 'string' ? { authorization: sent } : sent;

    const response = await pair.gateway.get('/a?b=1', headers);

    expect([response.statusCode, response.body]).toEqual([401, `{"message":"${message}"}\n`]);
    expect(response.headers['www-authenticate']).toBe('hmac realm="hmac"');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('by an algorithm that is not allowed', async () => {
    await using pair = await start({ allowed_algorithms: ['hmac-sha512'] });
    expect((await pair.gateway.get('/a?b=1', signed())).statusCode).toBe(401);
  });

  test('where a second line of a signed header was added', async () => {
    await using pair = await start();
    const headers = signed({ names: 'date x-a', headers: { 'x-a': '1' } });
    expect((await pair.gateway.get('/', headers)).statusCode).toBe(200);
    expect((await pair.gateway.request({ headers: { ...headers, 'x-a': ['1', '2'] } })).statusCode).toBe(401);
  });

  test('when its secret is only the name of one that nothing resolved', async () => {
    const secret = '$env://SECRET_OF_ANN';
    const held = consumer('ann', { 'hmac-auth': { key_id: 'ann-key', secret_key: secret } });
    await using pair = await start({}, [held]);
    expect((await pair.gateway.get('/a?b=1', signed({ secret }))).statusCode).toBe(401);
  });

  test('and the log says why, without the signature', async () => {
    await using pair = await start();
    const headers = signed({ secret: 'guessed' });
    await pair.gateway.get('/a?b=1', headers);
    const lines = JSON.stringify(pair.gateway.log.lines);
    expect(lines).toContain('Invalid signature');
    expect(lines).not.toContain(/signature="([^"]*)"/.exec(headers['authorization'] ?? '')?.[1] ?? 'no signature');
  });
});

describe('a consumer is known by a signature', () => {
  test.each(['hmac-sha1', 'hmac-sha256', 'hmac-sha512'])('by %s', async (algorithm) => {
    await using pair = await start();
    expect((await pair.gateway.get('/a?b=1', signed({ algorithm }))).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'ann' });
  });

  test.each([
    ['whose clock is five minutes behind', signed({ headers: { date: 'Tue, 10 Nov 2026 11:55:00 GMT' } })],
    ['over headers of its own, spelled as it likes', signed({ names: 'Date X-A', headers: { 'x-a': '1' } })],
  ])('%s', async (_case, headers) => {
    await using pair = await start();
    expect((await pair.gateway.get('/a?b=1', headers)).statusCode).toBe(200);
  });

  test('which the upstream does not see if it shall not', async () => {
    await using pair = await start({ hide_credentials: true });
    await pair.gateway.get('/a?b=1', signed());
    expect(pair.upstream.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('of a credential, which the upstream is told', async () => {
    const plugins = { 'hmac-auth': { key_id: 'phone', secret_key: 's' } };
    await using pair = await start({}, [guest, { kind: 'credential', id: 'guest/phone', value: { plugins } }]);
    await pair.gateway.get('/a?b=1', signed({ keyId: 'phone', secret: 's' }));
    const identity = { 'x-consumer-username': 'guest', 'x-credential-identifier': 'phone' };
    expect(pair.upstream.requests[0]?.headers).toMatchObject(identity);
  });
});

describe('a body that is to be checked', () => {
  const digestOf = (body: string) => `SHA-256=${hash('sha256', body, 'base64')}`;
  const post = (body: string, headers: Record<string, string>) => ({ method: 'POST', path: '/a?b=1', headers, body });
  const names = '@request-target date digest';

  test('needs a digest', async () => {
    await using pair = await start({ validate_request_body: true });
    expect((await pair.gateway.request(post('hi', signed({ method: 'POST' })))).statusCode).toBe(401);
  });

  test('must have that digest, and reaches the upstream whole', async () => {
    await using pair = await start({ validate_request_body: true });
    const headers = signed({ method: 'POST', names, headers: { digest: digestOf('hi') } });
    expect((await pair.gateway.request(post('ho', headers))).statusCode).toBe(401);
    expect((await pair.gateway.request(post('hi', headers))).statusCode).toBe(200);
    expect(pair.upstream.requests.map(({ body }) => body)).toEqual(['hi']);
  });

  test('must not be longer than is read', async () => {
    await using pair = await start({ validate_request_body: true, max_req_body_size: 4 });
    const headers = signed({ method: 'POST', names, headers: { digest: digestOf('12345') } });
    expect((await pair.gateway.request(post('12345', headers))).statusCode).toBe(413);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('is not read before the signature is good', async () => {
    await using pair = await start({ validate_request_body: true, max_req_body_size: 1 });
    const headers = signed({ method: 'POST', names, headers: { digest: digestOf('12345') }, secret: 'guessed' });
    expect((await pair.gateway.request(post('12345', headers))).statusCode).toBe(401);
  });
});

test('the anonymous consumer stands for requests without a good signature, which the upstream never sees', async () => {
  await using pair = await start({ anonymous_consumer: 'guest', hide_credentials: true });
  for (const headers of [{}, { authorization: 'Basic YTpi' }, signed({ secret: 'guessed' })]) {
    expect((await pair.gateway.get('/a?b=1', headers)).statusCode).toBe(200);
  }
  for (const { headers } of pair.upstream.requests) {
    expect(headers).toMatchObject({ 'x-consumer-username': 'guest' });
    expect(headers).not.toHaveProperty('authorization');
  }
});

describe('a configuration is refused', () => {
  test.each([
    [{ allowed_algorithms: [] }, 'expect array to have at least 1 items'],
    [{ allowed_algorithms: ['hmac-md5'] }, 'property "allowed_algorithms" validation failed'],
    [{ clock_skew: 0 }, 'property "clock_skew" validation failed'],
    [{ signed_headers: [''] }, 'property "signed_headers" validation failed'],
  ])('%j', async (config, message) => {
    await expect(start(config)).rejects.toThrow(message);
  });

  test.each([
    [{ key_id: 'x' }, 'property "secret_key" is required'],
    [{ secret_key: 'x' }, 'property "key_id" is required'],
    [
      { key_id: 'x'.repeat(257), secret_key: 'x' },
      'property "key_id" validation failed: string too long, expected at most 256, got 257',
    ],
  ])('of a consumer: %j', async (config, message) => {
    await expect(start({}, [consumer('x', { 'hmac-auth': config })])).rejects.toThrow(message);
  });
});
