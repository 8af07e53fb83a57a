import { setInterval } from 'node:timers/promises';
import { type Bench, type BenchCase, folderFor } from '../bench.ts';
import type { BenchResource } from '../configuration/resources.ts';
import { scaleRequest, scaleRoute, scaleSet, sharedService } from '../configuration/scale-set.ts';
import type { Build } from '../contestants/build.ts';
import { type DataPlane, startDataPlane } from '../contestants/data-plane.ts';
import { Feed } from '../contestants/feed.ts';
import { ask } from '../measure/ask.ts';
import { usageOf } from '../measure/process-tree.ts';

const everyMs = 20;
const changes = 200;
const sizes = [1_000, 10_000, 100_000];

/** What one change of the configuration costs a data plane. */
export const changeCase: BenchCase = {
  name: 'change',
  description: `CPU of one change (${changes} of them, one every ${everyMs} ms), by size and kind`,
  run: async (bench) => {
    const rows: (string | number)[][] = [];
    for (const build of bench.builds)
      for (const size of sizes) rows.push([`${build.name} ${size} routes`, ...(await costs(bench, build, size))]);
    return { title: 'change', columns: ['', 'route ms', 'service of all ms', 'global rule ms', 'idle ms'], rows };
  },
};

async function costs(bench: Bench, build: Build, size: number): Promise<number[]> {
  const { nodes } = bench.upstream;
  const { resources, requests } = scaleSet(size, nodes);
  await using feed = await Feed.start(resources);
  const directory = folderFor(bench, 'change', build.name, size);
  const env = { SLUICE_ROUTER: 'radixtree_uri_with_parameter' };
  await using dataPlane = await startDataPlane({ build, directory, controlPlane: feed.address, env });
  // Everything that is asked for is compiled by now, as in a gateway that has served for a while.
  for (const request of requests) await ask(dataPlane.url, request);
  const kinds: readonly ((n: number) => BenchResource)[] = [
    (n) => scaleRoute((n * 97) % size, nodes, n + 1),
    (n) => sharedService(n + 1),
    (n) => globalRule(n),
  ];
  const idle = await costOf(dataPlane, () => Promise.resolve());
  const found: number[] = [];
  for (const [at, make] of kinds.entries()) {
    bench.note(`${build.name}, ${size} routes: changes of kind ${at + 1} of ${kinds.length}`);
    found.push((await costOf(dataPlane, (n) => feed.change(make(n)))) - idle);
  }
  return [...found, idle];
}

/** Milliseconds of CPU per step, where a step is a change and one request after it. */
async function costOf(dataPlane: DataPlane, change: (n: number) => Promise<void>): Promise<number> {
  const before = await usageOf(dataPlane.pid);
  let n = 0;
  for await (const _ of setInterval(everyMs)) {
    await change(n);
    await ask(dataPlane.url, scaleRequest(0));
    n += 1;
    if (n === changes) break;
  }
  const after = await usageOf(dataPlane.pid);
  return (after.cpuMs - before.cpuMs) / changes;
}

function globalRule(n: number): BenchResource {
  const plugins = { 'proxy-rewrite': { headers: { set: { 'X-Version': String(n) } } } };
  return { kind: 'global_rule', id: '1', value: { id: '1', plugins } };
}
