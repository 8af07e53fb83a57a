import type { TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { functionHouse, post, pre, routeOf } from './function-house.ts';

/** Adds a word to a header of the request: the order of the words is the order of the functions. */
const adds = (word: string, options: object = {}) => ({
  phase: 'rewrite',
  functions: [
    `(conf, ctx) => ({ request: { headers: { 'X-Order': (ctx.request.headers['x-order'] ?? '') + '${word};' } } })`,
  ],
  ...options,
});
const early = { _meta: { priority: 10_000 } };
const late = { _meta: { priority: -2_000 } };
describe('functions run in the order of their plugins', () => {
  test.each<[string, string, (upstream: string) => readonly TestResource[]]>([
    [
      'as it is',
      'pre;post;',
      (upstream) => [routeOf({ upstream, plugins: { [post]: adds('post'), [pre]: adds('pre') } })],
    ],
    [
      'as _meta.priority says',
      'post;pre;',
      (upstream) => [routeOf({ upstream, plugins: { [post]: adds('post', early), [pre]: adds('pre', late) } })],
    ],
    [
      'where only one of them has a priority of its own',
      'post;pre;',
      (upstream) => [
        routeOf({ upstream, plugins: { [post]: adds('post'), [pre]: adds('pre', { _meta: { priority: -2_001 } }) } }),
      ],
    ],
    [
      'where one comes from the service',
      'post;pre;',
      (upstream) => [
        { kind: 'service', id: '1', value: { upstream, plugins: { [post]: adds('post', early) } } },
        routeOf({ service_id: '1', plugins: { [pre]: adds('pre', late) } }),
      ],
    ],
    [
      'where one comes from a plugin config',
      'post;pre;',
      (upstream) => [
        { kind: 'plugin_config', id: '1', value: { plugins: { [post]: adds('post', early) } } },
        routeOf({ upstream, plugin_config_id: '1', plugins: { [pre]: adds('pre', late) } }),
      ],
    ],
    [
      'and those of a global rule before all of them, in their own order',
      'global-post;global-pre;pre;post;',
      (upstream) => [
        {
          kind: 'global_rule',
          id: '1',
          value: { plugins: { [post]: adds('global-post', early), [pre]: adds('global-pre', late) } },
        },
        routeOf({ upstream, plugins: { [post]: adds('post'), [pre]: adds('pre') } }),
      ],
    ],
  ])('%s', async (_how, order, resources) => {
    await using it = await functionHouse(resources);
    expect((await it.gateway.get('/')).json()).toMatchObject({ order });
  });

  test.each([
    ['rewrite', 'pre;post;'],
    ['access', 'post;pre;'],
  ])('and those of a consumer join in %s, as far as it is known by then', async (phase, order) => {
    await using it = await functionHouse((upstream) => [
      {
        kind: 'consumer',
        id: 'jack',
        value: {
          username: 'jack',
          plugins: { 'key-auth': { key: 'jacks' }, [post]: adds('post', { ...early, phase }) },
        },
      },
      routeOf({ upstream, plugins: { 'key-auth': {}, [pre]: adds('pre', { ...late, phase }) } }),
    ]);
    for (let i = 0; i < 2; i += 1)
      expect((await it.gateway.get('/', { apikey: 'jacks' })).json()).toMatchObject({ order });
  });
});
