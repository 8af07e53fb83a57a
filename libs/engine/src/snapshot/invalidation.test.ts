import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

describe('a change reaches whatever stands on it', () => {
  test.each(['service', 'plugin_config', 'plugin_metadata', 'global_rule', 'upstream'])('of a %s', async (kind) => {
    const plugin = testPlugin('p', ({ word = '' }, kit) => {
      const metadata = (kit.metadata as { word?: string } | undefined)?.word ?? '';
      return { responseHeader: (ctx) => ctx.response.headers.append('X-Word', word + metadata) };
    });
    await using one = await startUpstream((_req, res) => res.end('one'));
    await using two = await startUpstream((_req, res) => res.end('two'));
    const nodes = (node: string) => ({ type: 'roundrobin', nodes: { [node]: 1 } });
    const plugins = (word: string) => ({ plugins: { p: { word } } });
    const values: Record<string, [id: string, before: object, after: object]> = {
      service: ['s', plugins('a'), plugins('b')],
      plugin_config: ['c', plugins('a'), plugins('b')],
      plugin_metadata: ['p', { word: 'a' }, { word: 'b' }],
      global_rule: ['g', plugins('a'), plugins('b')],
      upstream: ['u', nodes(one.node), nodes(two.node)],
    };
    const [id = '', before = {}, after = {}] = values[kind] ?? [];
    const own = kind === 'plugin_metadata' ? { plugins: { p: {} } } : {};
    await using gateway = await startGateway(
      [plugin],
      [
        { kind: 'upstream', id: 'u', value: nodes(one.node) },
        { kind: 'service', id: 's', value: {} },
        { kind: 'plugin_config', id: 'c', value: { plugins: {} } },
        {
          kind: 'route',
          id: '1',
          value: { uri: '/*', service_id: 's', plugin_config_id: 'c', upstream_id: 'u', ...own },
        },
        { kind, id, value: before as Record<string, unknown> },
      ],
    );
    const seen = async () => {
      const response = await gateway.get('/');
      return `${String(response.headers['x-word'] ?? '')} ${response.body}`;
    };

    const first = await seen();
    gateway.apply({ kind, id, value: after });

    expect([first, await seen()]).toEqual(kind === 'upstream' ? [' one', ' two'] : ['a one', 'b one']);
  });

  test('setting a plugin up once serves all routes of a service', async () => {
    let setUps = 0;
    const plugin = testPlugin('p', () => ({
      access: () => undefined,
      rewrite: () => void (setUps += 0),
      dispose: () => {},
    }));
    const counted = {
      ...plugin,
      setup: (...parts: Parameters<typeof plugin.setup>) => ((setUps += 1), plugin.setup(...parts)),
    };
    await using gateway = await startGateway(
      [counted],
      [
        { kind: 'service', id: 's', value: { plugins: { p: {} } } },
        ...Array.from({ length: 20 }, (_, i) => ({
          kind: 'route',
          id: String(i),
          value: { uri: `/${i}`, service_id: 's' },
        })),
      ],
    );

    for (let i = 0; i < 20; i += 1) await gateway.get(`/${i}`);

    expect(setUps).toBe(1);
  });
});
