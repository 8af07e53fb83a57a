import { Agent, get } from 'node:http';
import { join, resolve } from 'node:path';
import { startUpstream, type TestGateway, type TestUpstream } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPlugins } from '../catalogue/read-plugins.ts';
import { readWorkspace } from '../projects/read-workspace.ts';
import { exampleResources, routeWith } from './example-resources.ts';
import { comparable, gatewayOfAll } from './gateway-of-all.ts';
import { readmeExamples } from './readme-examples.ts';
import { patience, watched, type WatchedPlugin } from './watched-plugin.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const catalogue = await readPlugins(workspace);

let upstream: TestUpstream;
beforeAll(async () => void (upstream = await startUpstream((_req, res) => res.end('origin'))));
afterAll(async () => await upstream.close());

describe.each(catalogue)('$name', ({ plugin, folder }) => {
  const { schema } = plugin;
  const examples = readmeExamples(join(workspace.root, folder));
  const [first = { of: 'config', text: '{}' }, second] = examples.filter(({ of }) => of === 'config');
  // Where there is only one example, what changes is how the plugin runs.
  const other = second ?? { of: 'config', text: JSON.stringify({ ...JSON.parse(first.text), _meta: { priority: 1 } }) };
  const site = () => ({ upstream: upstream.url });
  const changes: readonly ((gateway: TestGateway) => void)[] = [
    (gateway) => gateway.apply(...exampleResources(schema, first, site())),
    (gateway) => gateway.apply(...exampleResources(schema, other, site())),
    (gateway) => gateway.apply(routeWith(schema, undefined, upstream.url)),
  ];

  test('a change counts from the first request after it, and what was before runs no more', async () => {
    const watch = watched(plugin);
    await using gateway = await gatewayOfAll(catalogue, watch, upstream);
    const [add, change, remove] = changes as [Change, Change, Change];
    const plain = await gateway.get('/');

    add(gateway);
    await gateway.get('/');
    await ran(watch, 0);
    change(gateway);
    const before = watch.setups[0]?.runs.length;
    await gateway.get('/');
    await ran(watch, 1);
    expect(watch.setups[0]?.runs.length).toBe(before);
    remove(gateway);
    const runs = watch.runCount;
    expect(comparable(await gateway.get('/'))).toEqual(comparable(plain));

    expect(watch.runCount).toBe(runs);
    await expect.poll(() => watch.setups.map(({ disposals }) => disposals), patience).toEqual([1, 1]);
  });

  test('no request fails while the plugin comes, changes and goes', async () => {
    const watch = watched(plugin);
    await using gateway = await gatewayOfAll(catalogue, watch, upstream);
    const load = startLoad(gateway.port);

    for (const change of changes) {
      change(gateway);
      await load.answers(12);
    }
    const statuses = await load.end();

    const own = watch.setups.flatMap(({ answers }) => [...answers]);
    const changed = await settledStatuses(gateway, changes);
    expect(statuses.filter((status) => ![200, ...own, ...changed].includes(Number(status)))).toEqual([]);
    expect(gateway.log.lines.filter(({ message }) => message === 'a plugin failed')).toEqual([]);
  });
});

type Change = (gateway: TestGateway) => void;

/** What runs after the last byte may still be on its way. A configuration may leave nothing to be done. */
async function ran(watch: WatchedPlugin, at: number): Promise<void> {
  const setup = watch.setups[at];
  expect(setup).toBeDefined();
  if (setup?.phases.length !== 0) await expect.poll(() => setup?.runs.length, patience).toBeGreaterThan(0);
}

/** Statuses that a plugin makes of the upstream's answers, while nothing changes. */
async function settledStatuses(gateway: TestGateway, changes: readonly Change[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const change of changes) {
    change(gateway);
    statuses.push((await gateway.get('/')).statusCode);
  }
  return statuses;
}

/** Six clients that ask again and again over kept connections. */
function startLoad(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const statuses: (number | string)[] = [];
  let isOver = false;
  const clients = Array.from({ length: 6 }, async () => {
    while (!isOver) statuses.push(await statusOf(port, agent));
  });
  return {
    /** Waits until so many more requests have been answered. */
    async answers(count: number): Promise<void> {
      const wanted = statuses.length + count;
      await expect.poll(() => statuses.length, { interval: 1, timeout: 10_000 }).toBeGreaterThanOrEqual(wanted);
    },
    /** Everything that clients got: statuses, or what went wrong. */
    async end(): Promise<(number | string)[]> {
      isOver = true;
      await Promise.all(clients);
      agent.destroy();
      return statuses;
    },
  };
}

function statusOf(port: number, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', agent, path: '/' }, (res) => {
      res.on('error', (error) => resolve(String(error)));
      res.on('end', () => resolve(res.statusCode ?? 0)).resume();
    }).on('error', (error) => resolve(String(error)));
  });
}
