import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { tracer } from './fixtures/test-plugin.ts';

const echo = () => startUpstream((req, res) => res.end(req.headers['x-trace'] ?? 'no trace'));

describe('what an object inherits', () => {
  test('a whole configuration of the route beats one of the plugin config, which beats one of the service', async () => {
    await using upstream = await echo();
    const plugins = (word: string, names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, { word }]));
    await using gateway = await startGateway(
      [tracer('a', { priority: 3 }), tracer('b', { priority: 2 }), tracer('c', { priority: 1 })],
      [
        { kind: 'service', id: 's', value: { upstream: upstream.url, plugins: plugins('S', ['a', 'b', 'c']) } },
        { kind: 'plugin_config', id: 'p', value: { plugins: plugins('P', ['b', 'c']) } },
        {
          kind: 'route',
          id: '1',
          value: { uri: '/*', service_id: 's', plugin_config_id: 'p', plugins: plugins('R', ['c']) },
        },
      ],
    );

    expect((await gateway.get('/')).body).toMatch(/^aS:rewrite bP:rewrite cR:rewrite/);
  });

  test('a missing service is 404, a missing plugin config 503, and both heal when they appear', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      [
        { kind: 'route', id: '1', value: { uri: '/s', service_id: 's' } },
        { kind: 'route', id: '2', value: { uri: '/p', plugin_config_id: 'p', upstream: upstream.url } },
      ],
    );

    expect((await gateway.get('/s')).statusCode).toBe(404);
    expect((await gateway.get('/p')).statusCode).toBe(503);
    gateway.apply(
      { kind: 'service', id: 's', value: { upstream: upstream.url } },
      { kind: 'plugin_config', id: 'p', value: { plugins: {} } },
    );
    expect((await gateway.get('/s')).statusCode).toBe(200);
    expect((await gateway.get('/p')).statusCode).toBe(200);
  });

  test('a route without hosts has those of its service, also after they change', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      [
        { kind: 'service', id: 's', value: { upstream: upstream.url, hosts: ['a.com'] } },
        { kind: 'route', id: '1', value: { uri: '/*', service_id: 's' } },
      ],
    );

    expect((await gateway.get('/', { host: 'a.com' })).statusCode).toBe(200);
    gateway.apply({ kind: 'service', id: 's', value: { upstream: upstream.url, hosts: ['b.com'] } });
    expect((await gateway.get('/', { host: 'a.com' })).statusCode).toBe(404);
    expect((await gateway.get('/', { host: 'b.com' })).statusCode).toBe(200);
  });
});
