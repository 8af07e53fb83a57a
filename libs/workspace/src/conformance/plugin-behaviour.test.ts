import { join, resolve } from 'node:path';
import type { AnyPlugin } from '@sluice/plugin-kit';
import { getPointer, secretPointers } from '@sluice/schema';
import { startUpstream, type TestGateway, type TestUpstream } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPlugins } from '../catalogue/read-plugins.ts';
import { readWorkspace } from '../projects/read-workspace.ts';
import { exampleResources, routeWith, valueWithSecret } from './example-resources.ts';
import { comparable, gatewayOfAll } from './gateway-of-all.ts';
import { type ReadmeExample, readmeExamples } from './readme-examples.ts';
import { patience, watched } from './watched-plugin.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const catalogue = await readPlugins(workspace);
const secretText = 'canary-3f9a0c';

let upstream: TestUpstream;
beforeAll(async () => void (upstream = await startUpstream((_req, res) => res.end('origin'))));
afterAll(async () => await upstream.close());

describe.each(catalogue)('$name', ({ plugin, folder }) => {
  const { schema } = plugin;
  // One that only serves an address of its own does nothing on a route.
  const actsOnRoutes = schema.phases?.length !== 0;
  const examples = readmeExamples(join(workspace.root, folder));
  const [first = { of: 'config', text: '{}' }] = examples.filter(({ of }) => of === 'config');
  const config = JSON.parse(first.text) as Record<string, unknown>;
  const apply = (gateway: TestGateway, example: ReadmeExample, meta?: object): void =>
    gateway.apply(...exampleResources(schema, withMeta(example, meta), { upstream: upstream.url }));

  test('is set up by each of its examples, and answers requests or lets them pass', async () => {
    for (const example of examples) {
      const watch = watched(plugin);
      await using gateway = await gatewayOfAll(catalogue, watch, upstream);
      apply(gateway, example);
      const { statusCode } = await gateway.get('/');
      const failures = gateway.log.lines.filter(({ message }) => /a plugin failed|could not be set up/.test(message));
      expect(failures, example.text).toEqual([]);
      expect(statusCode, example.text).toBeGreaterThanOrEqual(200);
      if (example.of === 'config') expect(watch.setups.length, example.text).toBeGreaterThan(0);
    }
  });

  test('does nothing while _meta.disable is set', async () => {
    const watch = watched(plugin);
    await using gateway = await gatewayOfAll(catalogue, watch, upstream);
    const plain = await gateway.get('/');
    apply(gateway, first, { disable: true });

    expect(comparable(await gateway.get('/'))).toEqual(comparable(plain));
    expect(watch.setups).toHaveLength(0);
  });

  test('leaves alone what _meta.filter does not choose', async () => {
    const watch = watched(plugin);
    await using gateway = await gatewayOfAll(catalogue, watch, upstream);
    const plain = await gateway.get('/');
    apply(gateway, first, { filter: [['http_x_chosen', '==', 'yes']] });

    expect(comparable(await gateway.get('/'))).toEqual(comparable(plain));
    expect(watch.runCount).toBe(0);
    await gateway.get('/', { 'x-chosen': 'yes' });
    if (actsOnRoutes) await expect.poll(() => watch.runCount, patience).toBeGreaterThan(0);
  });

  test.each(
    (
      [
        ['before', 1],
        ['after', -1],
      ] as const
    ).filter(() => actsOnRoutes),
  )('runs %s another plugin as _meta.priority says', async (place, distance) => {
    const order: string[] = [];
    const watch = watched(plugin, (phase) => order.push(`${phase} plugin`));
    const probe = probeOf(schema.priority, (phase) => order.push(`${phase} probe`));
    await using gateway = await gatewayOfAll(catalogue, watch, upstream, probe);
    const priority = schema.priority + distance;
    const plugins = { [schema.name]: { ...config, _meta: { priority } }, [probe.schema.name]: {} };
    apply(gateway, first);
    gateway.apply({
      ...routeWith(schema, undefined, upstream.url),
      value: { uri: '/*', upstream: upstream.url, plugins },
    });
    order.splice(0);

    await gateway.get('/');

    await expect.poll(() => order.some((run) => run.endsWith(' plugin')), patience).toBe(true);
    expect(order).toContain('log probe');
    const phase = order.find((run) => run.endsWith(' plugin'))?.split(' ')[0];
    const both = order.filter((run) => run.startsWith(`${phase} `));
    expect(both[0]).toBe(`${phase} ${place === 'before' ? 'plugin' : 'probe'}`);
  });

  test.each(
    (['config', 'consumer', 'metadata'] as const).flatMap((door) =>
      schema.secrets[door].map((path) => [door, path] as const),
    ),
  )('keeps its secret in the %s, %s, out of what a data plane shows', async (door, path) => {
    const { dumpedResource } = await import('@sluice/engine');
    const value = valueWithSecret(schema[door], path, secretText) as object;
    const [kind, id, body] = {
      config: ['route', '1', { plugins: { [schema.name]: value } }],
      consumer: ['consumer', 'ann', { plugins: { [schema.name]: value } }],
      metadata: ['plugin_metadata', schema.name, { id: schema.name, ...value }],
    }[door] as [string, string, object];
    const stored = { kind, id, body: Buffer.from(JSON.stringify(body)), createdRevision: 1, modifiedRevision: 1 };
    const shown = JSON.stringify(
      dumpedResource(stored as never, (name) => (name === schema.name ? schema : undefined)),
    );

    expect(JSON.stringify(body)).toContain(secretText);
    expect(shown).not.toContain(secretText);
  });

  test('keeps the secrets of its examples out of the log, the dump and what is explained', async () => {
    for (const example of examples) {
      const value: unknown = JSON.parse(example.text);
      const door = example.of as 'config' | 'consumer' | 'metadata';
      const secrets = secretPointers(value, schema.secrets[door]).map((pointer) => String(getPointer(value, pointer)));
      if (secrets.length === 0) continue;
      await using gateway = await gatewayOfAll(catalogue, watched(plugin), upstream);
      apply(gateway, example);
      await gateway.get('/');
      const explained = await gateway.engine.explain({ method: 'GET', url: '/', headers: {} } as never);
      const shown = JSON.stringify([gateway.log.lines, [...gateway.engine.dump()], explained]);
      for (const secret of secrets) expect(shown).not.toContain(secret);
    }
  });
});

function withMeta(example: ReadmeExample, meta: object | undefined): ReadmeExample {
  if (meta === undefined) return example;
  return { ...example, text: JSON.stringify({ ...(JSON.parse(example.text) as object), _meta: meta }) };
}

/** A plugin that acts in every phase and changes nothing. */
function probeOf(priority: number, told: (phase: string) => void): AnyPlugin {
  const phases = ['rewrite', 'access', 'beforeProxy', 'responseHeader', 'responseBody', 'log'];
  const hooks = Object.fromEntries(phases.map((phase) => [phase, () => void told(phase)]));
  const schema = { ...(catalogue[0] as (typeof catalogue)[0]).plugin.schema, name: 'conformance-probe', priority };
  return { schema, setup: () => hooks };
}
