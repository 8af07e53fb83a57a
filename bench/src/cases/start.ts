import { type Bench, type BenchCase, folderFor } from '../bench.ts';
import { scaleRequest, scaleSet } from '../configuration/scale-set.ts';
import type { Build } from '../contestants/build.ts';
import { startDataPlane } from '../contestants/data-plane.ts';
import { Feed } from '../contestants/feed.ts';
import { ask } from '../measure/ask.ts';
import { usageOf } from '../measure/process-tree.ts';
import { median } from '../measure/statistics.ts';

const routes = 100_000;
/** Discard: nobody listens there. */
const noControlPlane = '127.0.0.1:9';

/** How long a data plane takes from its start to its first answer, with nothing but its copy on disk. */
export const startCase: BenchCase = {
  name: 'start',
  description: `start from disk with ${routes} routes and no control plane`,
  run: async (bench) => {
    const rows: (string | number)[][] = [];
    for (const build of bench.builds) rows.push([build.name, ...(await starts(bench, build))]);
    return { title: 'start', columns: ['', 'first answer ms', 'CPU ms', 'MiB'], rows };
  },
};

async function starts(bench: Bench, build: Build): Promise<number[]> {
  const directory = folderFor(bench, 'start', build.name);
  await using feed = await Feed.start(scaleSet(routes, bench.upstream.nodes).resources);
  const env = { SLUICE_ROUTER: 'radixtree_uri_with_parameter' };
  // The copy is what a data plane leaves behind when it is told to stop.
  const before = await startDataPlane({ build, directory, controlPlane: feed.address, env });
  await before[Symbol.asyncDispose]();
  const samples: { readonly ms: number; readonly cpuMs: number; readonly rssMib: number }[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    bench.note(`${build.name}: start ${round + 1} of ${bench.rounds}`);
    const began = performance.now();
    await using dataPlane = await startDataPlane({ build, directory, controlPlane: noControlPlane, env });
    await ask(dataPlane.url, scaleRequest(routes - 1));
    const ms = performance.now() - began;
    const { cpuMs, rssBytes } = await usageOf(dataPlane.pid);
    samples.push({ ms, cpuMs, rssMib: rssBytes / 1024 / 1024 });
  }
  const pick = (read: (sample: (typeof samples)[number]) => number): number => median(samples.map(read));
  return [pick(({ ms }) => ms), pick(({ cpuMs }) => cpuMs), pick(({ rssMib }) => rssMib)];
}
