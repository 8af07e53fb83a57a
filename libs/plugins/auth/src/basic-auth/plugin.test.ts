import { type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { basicAuth } from './plugin.ts';

const ann = consumer('ann', { 'basic-auth': { username: 'ann', password: 'pass of ann: 1' } });
const bob = consumer('bob', { 'basic-auth': { username: 'bob', password: 'secret' } });
const guest = consumer('guest');

const start = (config: object = {}, consumers: readonly TestResource[] = [ann, bob, guest]) =>
  startProtected([basicAuth], { 'basic-auth': config }, consumers);
const basic = (credentials: string, scheme = 'Basic') => ({
  authorization: `${scheme} ${Buffer.from(credentials).toString('base64')}`,
});

describe('a request is refused with 401, and the upstream never hears of it,', () => {
  const missing = 'Missing authorization in request';
  const malformed = 'Invalid authorization in request';
  const unknown = 'Invalid user authorization';
  test.each([
    ['without credentials', {}, missing],
    ['of another scheme', { authorization: 'Bearer YmFyOmJhcgo=' }, malformed],
    ['without anything after the scheme', { authorization: 'Basic' }, malformed],
    ['with broken base64', { authorization: 'Basic aca_a' }, malformed],
    ['without a colon', basic('bob'), malformed],
    ['of an unknown name', basic('eve:secret'), unknown],
    ['of another name', basic('ann:secret'), unknown],
    ['with a wrong password', basic('bob:Secret'), unknown],
    ['without a password', basic('bob:'), unknown],
    ['without name and password', basic(':'), unknown],
    ['with more than the password', basic('bob:secret:more'), unknown],
    ['with less than the password', basic('ann:pass of ann'), unknown],
  ])('%s', async (_case, headers: Record<string, string>, message) => {
    await using pair = await start();

    const response = await pair.gateway.get('/', headers);

    expect([response.statusCode, response.body]).toEqual([401, `{"message":"${message}"}\n`]);
    expect(response.headers['www-authenticate']).toBe('Basic realm="basic"');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('when the password is only the name of a secret that nothing resolved', async () => {
    const password = '$secret://vault/1/ann/password';
    const held = consumer('ann', { 'basic-auth': { username: 'ann', password } });
    await using pair = await start({}, [held]);
    expect((await pair.gateway.get('/', basic(`ann:${password}`))).statusCode).toBe(401);
  });

  test('and neither answer nor log repeat the password', async () => {
    await using pair = await start();
    const response = await pair.gateway.get('/', basic('bob:almost-right'));
    expect(response.body + JSON.stringify(pair.gateway.log.lines)).not.toContain('almost-right');
  });

  test('as soon as the consumer is gone', async () => {
    await using pair = await start();
    expect((await pair.gateway.get('/', basic('bob:secret'))).statusCode).toBe(200);
    pair.gateway.apply({ kind: 'consumer', id: 'bob', value: null });
    expect((await pair.gateway.get('/', basic('bob:secret'))).statusCode).toBe(401);
  });
});

describe('a consumer is known', () => {
  test.each([
    ['by name and password', 'bob', basic('bob:secret')],
    ['whatever the case of the scheme', 'bob', basic('bob:secret', 'bASIC')],
    ['by a password with colons and blanks', 'ann', basic('ann:pass of ann: 1')],
    ['although a line break was encoded too', 'bob', basic('bob:secret\n')],
  ])('%s', async (_case, username, headers) => {
    await using pair = await start();
    expect((await pair.gateway.get('/', headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': username, ...headers });
  });

  test('by a credential, which the upstream is told', async () => {
    const plugins = { 'basic-auth': { username: 'phone', password: 'p' } };
    await using pair = await start({}, [guest, { kind: 'credential', id: 'guest/phone', value: { plugins } }]);
    await pair.gateway.get('/', basic('phone:p'));
    const identity = { 'x-consumer-username': 'guest', 'x-credential-identifier': 'phone' };
    expect(pair.upstream.requests[0]?.headers).toMatchObject(identity);
  });

  test('and the upstream does not see the credentials if it shall not', async () => {
    await using pair = await start({ hide_credentials: true });
    await pair.gateway.get('/', basic('bob:secret'));
    expect(pair.upstream.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('the anonymous consumer', () => {
  test('must exist', async () => {
    await using pair = await start({ anonymous_consumer: 'nobody' });
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([401, '{"message":"Invalid user authorization"}\n']);
  });

  test.each([
    ['no credentials', {}],
    ['wrong credentials, which the upstream never sees', basic('bob:guessed')],
    ['malformed credentials', { authorization: 'Basic' }],
  ])('stands for requests with %s', async (_case, headers: Record<string, string>) => {
    await using pair = await start({ anonymous_consumer: 'guest', hide_credentials: true });
    expect((await pair.gateway.get('/', headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'guest' });
    expect(pair.upstream.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('a configuration is refused', () => {
  test.each([
    [{ realm: 'a "quoted" one' }, 'realm'],
    [{ hide_credentials: 'yes' }, 'hide_credentials'],
    [{ anonymous_consumer: '' }, 'anonymous_consumer'],
  ])('%j', async (config, field) => {
    await expect(start(config)).rejects.toThrow(`property "${field}" validation failed`);
  });

  test.each([
    [{ username: 'x' }, 'property "password" is required'],
    [{ password: 'x' }, 'property "username" is required'],
    [{ username: 1, password: 'x' }, 'property "username" validation failed: wrong type: expected string, got number'],
  ])('of a consumer: %j', async (config, message) => {
    await expect(start({}, [consumer('x', { 'basic-auth': config })])).rejects.toThrow(message);
  });
});
