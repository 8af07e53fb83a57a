import { reply } from '@sluice/plugin-kit';
import { startGateway, startUpstream, type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin, tracer } from './fixtures/test-plugin.ts';

const echo = () => startUpstream((req, res) => res.end(req.headers['x-trace'] ?? 'no trace'));

describe('the order', () => {
  const global = (plugins: object): TestResource => ({
    kind: 'global_rule',
    id: 'g',
    value: { plugins: plugins as Record<string, unknown> },
  });

  test.each([true, false])(
    'is by priority in a phase, the global rules first, whether plugins wait (%s)',
    async (waits) => {
      const plugins = [
        tracer('low', { priority: 1, waits }),
        tracer('high', { priority: 9 }),
        tracer('glob', { priority: 5, waits }),
      ];
      await using upstream = await echo();
      await using gateway = await startGateway(plugins, [
        global({ glob: {} }),
        { kind: 'route', id: '1', value: { uri: '/*', upstream: upstream.url, plugins: { low: {}, high: {} } } },
      ]);

      expect((await gateway.get('/')).body).toBe(
        'glob:rewrite high:rewrite low:rewrite glob:access high:access low:access glob:before high:before low:before',
      );
    },
  );

  test('can be changed for one object by _meta.priority', async () => {
    await using upstream = await echo();
    await using gateway = await startGateway([tracer('low', { priority: 1 }), tracer('high', { priority: 9 })], {
      uri: '/*',
      upstream: upstream.url,
      plugins: { low: { _meta: { priority: 10 } }, high: {} },
    });

    expect((await gateway.get('/')).body).toMatch(/^low:rewrite high:rewrite low:access/);
  });

  test('global rules run where no route matches', async () => {
    const teapot = testPlugin('teapot', () => ({ access: () => reply(418, 'short and stout') }));
    await using gateway = await startGateway([teapot], [global({ teapot: {} })]);

    expect((await gateway.get('/')).statusCode).toBe(418);
  });

  test('the same plugin in a global rule and in the route runs twice, unless it yields to the route', async () => {
    await using upstream = await echo();
    const plugins = [tracer('both'), tracer('yields', { runPolicy: 'prefer_route' })];
    await using gateway = await startGateway(plugins, [
      global({ both: { word: '-g' }, yields: { word: '-g' } }),
      { kind: 'route', id: '1', value: { uri: '/*', upstream: upstream.url, plugins: { both: {}, yields: {} } } },
      { kind: 'route', id: '2', value: { uri: '/other', upstream: upstream.url } },
    ]);

    expect((await gateway.get('/')).body).toMatch(/^both-g:rewrite both:rewrite yields:rewrite/);
    expect((await gateway.get('/other')).body).toMatch(/^both-g:rewrite yields-g:rewrite both-g:access/);
  });

  test('a plugin in two global rules runs in neither, and the log says so', async () => {
    await using upstream = await echo();
    await using gateway = await startGateway(
      [tracer('twice')],
      [
        global({ twice: {} }),
        { kind: 'global_rule', id: 'h', value: { plugins: { twice: {} } } },
        { kind: 'route', id: '1', value: { uri: '/*', upstream: upstream.url } },
      ],
    );

    expect((await gateway.get('/')).body).toBe('no trace');
    expect(gateway.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: { plugins: ['twice'] } }),
    );
  });
});

describe('_meta', () => {
  test('disable keeps a plugin from running, even with a configuration that is wrong', async () => {
    await using upstream = await echo();
    await using gateway = await startGateway([tracer('off')], {
      uri: '/*',
      upstream: upstream.url,
      plugins: { off: { word: 5, _meta: { disable: true } } },
    });

    expect((await gateway.get('/')).body).toBe('no trace');
  });

  test('filter chooses the requests, and the first answer holds for all phases', async () => {
    await using upstream = await echo();
    const breaker = testPlugin('breaker', () => ({ access: (ctx) => void ctx.request.headers.remove('x-on') }), {
      priority: 200,
    });
    await using gateway = await startGateway([tracer('some'), breaker], {
      uri: '/*',
      upstream: upstream.url,
      plugins: { some: { _meta: { filter: [['http_x_on', '==', '1']] } }, breaker: {} },
    });

    expect((await gateway.get('/')).body).toBe('no trace');
    expect((await gateway.get('/', { 'x-on': '1' })).body).toBe('some:rewrite some:access some:before');
  });

  test('error_response replaces the body of a refusal, and of nothing else', async () => {
    const answer = testPlugin('answer', ({ word }) => ({ access: () => reply(Number(word), 'own', { 'X-A': '1' }) }));
    const meta = { error_response: { sorry: true } };
    await using gateway = await startGateway(
      [answer],
      [
        { kind: 'route', id: '1', value: { uri: '/no', plugins: { answer: { word: '403', _meta: meta } } } },
        { kind: 'route', id: '2', value: { uri: '/yes', plugins: { answer: { word: '200', _meta: meta } } } },
      ],
    );

    const refused = await gateway.get('/no');
    expect([refused.statusCode, refused.body, refused.headers['x-a']]).toEqual([403, '{"sorry":true}\n', '1']);
    expect((await gateway.get('/yes')).body).toBe('own');
  });
});
