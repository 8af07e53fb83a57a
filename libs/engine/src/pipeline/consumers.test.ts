import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { keyedAuth, tracer } from './fixtures/test-plugin.ts';

describe('consumers', () => {
  const setUp = async (consumerPlugins: object, routePlugins: object = {}) => {
    const upstream = await startUpstream((req, res) => res.end(JSON.stringify(req.headers)));
    const gateway = await startGateway(
      [keyedAuth, tracer('shared', { priority: 2 }), tracer('own', { priority: 1 })],
      [
        {
          kind: 'consumer',
          id: 'ann',
          value: { username: 'ann', labels: { custom_id: '42' }, plugins: { keyed: { key: 'k' }, ...consumerPlugins } },
        },
        {
          kind: 'route',
          id: '1',
          value: { uri: '/*', upstream: upstream.url, plugins: { keyed: {}, ...routePlugins } },
        },
      ],
    );
    return {
      upstream,
      gateway,
      [Symbol.asyncDispose]: async () => {
        await gateway[Symbol.asyncDispose]();
        await upstream.close();
      },
    };
  };

  test('an unknown key is refused, and so is every key when nobody has one', async () => {
    await using pair = await setUp({});
    expect((await pair.gateway.get('/', { 'x-key': 'wrong' })).body).toBe('who?');
    pair.gateway.apply({ kind: 'consumer', id: 'ann', value: null });
    expect((await pair.gateway.get('/', { 'x-key': 'k' })).body).toBe('nobody');
  });

  test.each(['$secret://vault/1/ann/key', '$env://ANN_KEY'])(
    'a key kept elsewhere is not opened by %s',
    async (key) => {
      await using pair = await setUp({});
      pair.gateway.apply({ kind: 'consumer', id: 'ann', value: { username: 'ann', plugins: { keyed: { key } } } });
      expect((await pair.gateway.get('/', { 'x-key': key })).statusCode).toBe(401);
    },
  );

  test('a changed key opens from then on, the old one no more', async () => {
    await using pair = await setUp({});
    pair.gateway.apply({ kind: 'consumer', id: 'ann', value: { username: 'ann', plugins: { keyed: { key: 'new' } } } });
    expect((await pair.gateway.get('/', { 'x-key': 'k' })).statusCode).toBe(401);
    expect((await pair.gateway.get('/', { 'x-key': 'new' })).statusCode).toBe(200);
  });

  test('the upstream learns who it is, and a client cannot say so itself', async () => {
    await using pair = await setUp({});
    const response = await pair.gateway.get('/', {
      'x-key': 'k',
      'x-consumer-username': 'root',
      'x-credential-identifier': 'x',
    });
    expect(response.json()).toMatchObject({ 'x-consumer-username': 'ann', 'x-consumer-custom-id': '42' });
    expect(response.body).not.toContain('x-credential-identifier');
  });

  test('a consumer adds its plugins from rewrite on, and replaces those of the route from access on', async () => {
    await using pair = await setUp({ own: {}, shared: { word: 'C' } }, { shared: { word: 'R' } });
    for (let i = 0; i < 2; i += 1) {
      const { 'x-trace': trace } = (await pair.gateway.get('/', { 'x-key': 'k' })).json() as Record<string, string>;
      expect(trace).toBe('sharedR:rewrite own:rewrite sharedC:access own:access sharedC:before own:before');
    }
  });

  test('a credential stands for its consumer and is named to the upstream', async () => {
    await using pair = await setUp({});
    pair.gateway.apply({
      kind: 'credential',
      id: 'ann/c1',
      value: { plugins: { keyed: { key: 'second' } } },
    });
    expect((await pair.gateway.get('/', { 'x-key': 'second' })).json()).toMatchObject({
      'x-consumer-username': 'ann',
      'x-credential-identifier': 'c1',
    });
  });
});
