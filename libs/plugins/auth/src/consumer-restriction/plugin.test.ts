import { describe, expect, test } from 'vitest';
import { keyAuth } from '../key-auth/plugin.ts';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { consumerRestriction } from './plugin.ts';

const member = (name: string, more: object = {}, plugins: object = {}) =>
  consumer(name, { 'key-auth': { key: name }, ...plugins }, more);
const groups = ['g', 'h'].map((id) => ({ kind: 'consumer_group', id, value: { id, plugins: {} } }));
const people = [member('ann', { group_id: 'g' }), member('bob', { group_id: 'h' }), member('eve')];

const start = (config: object, plugins: object = { 'key-auth': {} }, route: object = {}) => {
  const service = { kind: 'service', id: 's', value: { name: 'a service' } };
  const resources = [...groups, service, ...people];
  const all = { ...plugins, 'consumer-restriction': config };
  return startProtected([keyAuth, consumerRestriction], all, resources, route);
};

/** The statuses of requests, each by `METHOD key`. */
async function statuses(pair: Awaited<ReturnType<typeof start>>, ...requests: readonly string[]): Promise<number[]> {
  const seen: number[] = [];
  for (const [method = '', apikey = ''] of requests.map((request) => request.split(' '))) {
    seen.push((await pair.gateway.request({ method, headers: { apikey } })).statusCode);
  }
  return seen;
}

describe('a request is refused, and the upstream never hears of it,', () => {
  test.each([
    ['from a consumer on the blacklist', { blacklist: ['eve'] }, 'consumer_name'],
    ['from a consumer that is not on the whitelist', { whitelist: ['ann'] }, 'consumer_name'],
    ['on both lists', { whitelist: ['eve'], blacklist: ['eve'] }, 'consumer_name'],
    ['by a method', { allowed_by_methods: [{ user: 'eve', methods: ['POST'] }] }, 'consumer_name'],
    ['to a route', { type: 'route_id', blacklist: ['1'] }, 'route_id'],
    ['to a service', { type: 'service_id', whitelist: ['other'] }, 'service_id'],
  ])('%s', async (_case, config, type) => {
    await using pair = await start(config, { 'key-auth': {} }, { service_id: 's' });
    const response = await pair.gateway.get('/', { apikey: 'eve' });
    expect([response.statusCode, response.body]).toEqual([403, `{"message":"The ${type} is forbidden."}\n`]);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test.each(['consumer_name', 'consumer_group_id', 'service_id'])('without a %s', async (type) => {
    await using pair = await start({ type, blacklist: ['x'] }, {});
    const message = `The request is rejected, please check the ${type} for this request`;
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([401, `{"message":"${message}"}\n`]);
  });

  test('from a consumer without a group, where the group is looked at', async () => {
    await using pair = await start({ type: 'consumer_group_id', whitelist: ['g'] });
    expect(await statuses(pair, 'GET ann', 'GET bob', 'GET eve')).toEqual([200, 403, 401]);
  });

  test('with the status and the message that are configured', async () => {
    await using pair = await start({ blacklist: ['eve'], rejected_code: 402, rejected_msg: 'Pay.' });
    const response = await pair.gateway.get('/', { apikey: 'eve' });
    expect([response.statusCode, response.body]).toEqual([402, '{"message":"Pay."}\n']);
  });
});

describe('a request passes', () => {
  test('from whom the lists allow', async () => {
    await using pair = await start({ whitelist: ['ann', 'bob'], blacklist: ['bob'] });
    expect(await statuses(pair, 'GET ann', 'GET bob', 'GET eve')).toEqual([200, 403, 403]);
  });

  test('by the methods that any rule allows, and by all for names without one', async () => {
    const rules = ['GET', 'PUT'].map((method) => ({ user: 'ann', methods: [method] }));
    await using pair = await start({ allowed_by_methods: rules });
    expect(await statuses(pair, 'GET ann', 'PUT ann', 'POST ann', 'POST bob')).toEqual([200, 200, 403, 200]);
  });

  test('by every method from those on the whitelist', async () => {
    const rules = [{ user: 'ann', methods: ['GET'] }];
    await using pair = await start({ whitelist: ['ann'], allowed_by_methods: rules });
    expect(await statuses(pair, 'POST ann', 'GET bob')).toEqual([200, 403]);
  });

  test('to the services that a consumer says of itself', async () => {
    const own = { 'consumer-restriction': { type: 'service_id', whitelist: ['s'] } };
    const service = { kind: 'service', id: 's', value: { name: 'a service' } };
    const ann = member('ann', {}, own);
    const plugins = { 'key-auth': {} };
    const known = [keyAuth, consumerRestriction];
    await using inside = await startProtected(known, plugins, [service, ann], { service_id: 's' });
    await using outside = await startProtected(known, plugins, [ann]);
    expect((await inside.gateway.get('/', { apikey: 'ann' })).statusCode).toBe(200);
    expect((await outside.gateway.get('/', { apikey: 'ann' })).statusCode).toBe(401);
  });
});

test.each([
  [{}, 'object matches none of the required'],
  [{ whitelist: [] }, 'property "whitelist" validation failed'],
  [{ whitelist: ['a'], type: 'consumer' }, 'property "type" validation failed'],
  [{ whitelist: ['a'], rejected_code: 100 }, 'property "rejected_code" validation failed'],
  [{ whitelist: ['a'], rejected_code: 600 }, 'property "rejected_code" validation failed'],
  [{ allowed_by_methods: [{ user: 'a', methods: ['LOOK'] }] }, 'property "allowed_by_methods" validation failed'],
])('a configuration is refused: %j', async (config, message) => {
  await expect(start(config)).rejects.toThrow(message);
});
