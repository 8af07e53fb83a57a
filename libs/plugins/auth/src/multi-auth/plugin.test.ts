import { hs256, type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { basicAuth } from '../basic-auth/plugin.ts';
import { hmacAuth } from '../hmac-auth/plugin.ts';
import { jwtAuth } from '../jwt-auth/plugin.ts';
import { keyAuth } from '../key-auth/plugin.ts';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { laterAuth } from './fixtures/later-auth.ts';
import { multiAuth } from './plugin.ts';

const known = [multiAuth, basicAuth, keyAuth, jwtAuth, hmacAuth, laterAuth];
const ann = consumer('ann', { 'basic-auth': { username: 'ann', password: 'secret' } });
const bob = consumer('bob', { 'key-auth': { key: 'key-of-bob' } });
const eve = consumer('eve', { 'jwt-auth': { key: 'eve-key', secret: 's' } });
const guest = consumer('guest');
const all = [{ 'basic-auth': {} }, { 'key-auth': {} }, { 'jwt-auth': {} }, { 'hmac-auth': {} }];

const start = (entries: readonly unknown[] = all, resources: readonly TestResource[] = [ann, bob, eve, guest]) =>
  startProtected(known, { 'multi-auth': { auth_plugins: entries } }, resources);
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

describe('a request is refused with 401, and the upstream never hears of it,', () => {
  test.each([
    ['without any credentials', {}],
    ['with a wrong password', basic('ann:guessed')],
    ['with a wrong key', { apikey: 'guessed' }],
    ['with a token that is signed by another secret', { authorization: `Bearer ${hs256({ key: 'eve-key' }, 'x')}` }],
  ])('%s', async (_case, headers: Record<string, string>) => {
    await using pair = await start();
    const response = await pair.gateway.get('/', headers);
    expect([response.statusCode, response.body]).toEqual([401, '{"message":"Authorization Failed"}\n']);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('and is told all the ways in', async () => {
    await using pair = await start();
    const { rawHeaders } = await pair.gateway.get('/');
    const challenges = rawHeaders.filter((_value, at) => rawHeaders[at - 1] === 'WWW-Authenticate');
    expect(challenges).toEqual([
      'Basic realm="basic"',
      'apikey realm="key"',
      'Bearer realm="jwt"',
      'hmac realm="hmac"',
    ]);
  });

  test('by plugins that have to wait', async () => {
    await using pair = await start([{ 'later-auth': { user: 'bob' } }, { 'basic-auth': {} }]);
    expect((await pair.gateway.get('/', { 'x-user': 'ann' })).statusCode).toBe(401);
  });

  test('whose anonymous consumer does not exist', async () => {
    await using pair = await start([{ 'basic-auth': { anonymous_consumer: 'x' } }, { 'key-auth': {} }]);
    expect((await pair.gateway.get('/')).body).toBe('{"message":"Authorization Failed"}\n');
  });
});

describe('the first plugin that accepts a request decides whose it is', () => {
  test.each([
    ['ann', basic('ann:secret')],
    ['bob', { apikey: 'key-of-bob' }],
    ['bob', { apikey: 'key-of-bob', ...basic('ann:guessed') }],
    ['ann', { apikey: 'key-of-bob', ...basic('ann:secret') }],
    ['eve', { authorization: `Bearer ${hs256({ key: 'eve-key' }, 's')}` }],
  ])('%s: %j', async (username, headers: Record<string, string>) => {
    await using pair = await start();
    expect((await pair.gateway.get('/', headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': username });
  });

  test('also behind plugins that have to wait', async () => {
    await using pair = await start([{ 'later-auth': { user: 'ann' } }, { 'later-auth': { user: 'bob' } }, ...all]);
    for (const headers of [{ 'x-user': 'ann' }, { 'x-user': 'bob' }, { apikey: 'key-of-bob' }]) {
      await pair.gateway.get('/', headers as Record<string, string>);
    }
    const users = pair.upstream.requests.map(({ headers }) => headers['x-consumer-username']);
    expect(users).toEqual(['ann', 'bob', 'bob']);
  });

  test('and those that refused it have hidden nothing from the next', async () => {
    const hide = { hide_credentials: true };
    await using pair = await start([{ 'basic-auth': hide }, { 'key-auth': hide }, { 'jwt-auth': hide }]);
    const headers = { authorization: `Bearer ${hs256({ key: 'eve-key' }, 's')}`, apikey: 'guessed' };
    expect((await pair.gateway.get('/', headers)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('but never one that is switched off', async () => {
    await using pair = await start([{ 'basic-auth': {} }, { 'key-auth': { _meta: { disable: true } } }]);
    expect((await pair.gateway.get('/', { apikey: 'key-of-bob' })).statusCode).toBe(401);
    expect((await pair.gateway.get('/', basic('ann:secret'))).statusCode).toBe(200);
  });

  test('or the last one, for everybody', async () => {
    await using pair = await start([{ 'basic-auth': {} }, { 'key-auth': { anonymous_consumer: 'guest' } }]);
    await pair.gateway.get('/');
    expect(pair.upstream.requests[0]?.headers).toMatchObject({ 'x-consumer-username': 'guest' });
  });
});

describe('a configuration is refused', () => {
  test.each([
    [undefined, 'property "auth_plugins" is required'],
    [[{ 'basic-auth': {} }], 'property "auth_plugins" validation failed: expect array to have at least 2 items'],
    [[{ 'basic-auth': {} }, { nobody: {} }], 'nobody plugin did not found'],
    [[{ 'basic-auth': {} }, { 'multi-auth': { auth_plugins: all } }], 'multi-auth plugin is not supported'],
    [[{ 'basic-auth': {} }, {}], 'auth_plugins 2 names no plugin'],
    [
      [{ 'basic-auth': {} }, { 'key-auth': { _meta: { priority: 1 } } }],
      'plugin key-auth check schema failed: property "_meta.priority" does nothing inside of multi-auth',
    ],
    [
      [{ 'key-auth': {} }, { 'basic-auth': 'blah' }],
      'plugin basic-auth check schema failed: wrong type: expected object, got string',
    ],
    [
      [{ 'basic-auth': { hide_credentials: 'false' } }, { 'key-auth': {} }],
      'plugin basic-auth check schema failed: property "hide_credentials" validation failed: wrong type: expected ' +
        'boolean, got string',
    ],
  ])('%j', async (entries, message) => {
    const config = entries === undefined ? {} : { auth_plugins: entries };
    await expect(startProtected(known, { 'multi-auth': config })).rejects.toThrow(
      `failed to check the configuration of plugin multi-auth err: ${message}`,
    );
  });
});
