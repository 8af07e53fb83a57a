import path from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { benchmarkPackages, clusterPackages, installPackages, missingPackages } from '../checks/debian-packages.mjs';
import { LaunchFailure } from '../launch-failure.mjs';
import { nodeBinary } from '../node-binary.mjs';
import { withoutNpm } from '../npm.mjs';
import { repositoryRoot } from '../repository.mjs';
import { runForeground } from './run-foreground.mjs';

/**
 * @typedef {object} Benchmark
 * @property {string} script relative to the repository
 * @property {readonly import('../checks/debian-packages.mjs').DebianPackage[]} packages
 */

/** @type {ReadonlyMap<string, Benchmark>} */
const benchmarks = new Map([
  ['load', { script: 'bench/src/main.ts', packages: benchmarkPackages }],
  ['propagation', { script: 'libs/e2e/src/bench/propagation.ts', packages: clusterPackages }],
  ['fleet', { script: 'libs/e2e/src/bench/fleet.ts', packages: clusterPackages }],
  ['control', { script: 'bench/src/control/main.ts', packages: clusterPackages }],
  ['plugins', { script: 'bench/src/plugins/main.ts', packages: benchmarkPackages }],
  ['rollout', { script: 'libs/e2e/src/bench/rollout.ts', packages: clusterPackages }],
]);

/**
 * Runs one benchmark against the built product; Node strips its types itself.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {import('../progress.mjs').Progress} progress
 * @param {AbortSignal} signal gives up the preparation
 */
export async function runBenchmark(name, args, progress, signal) {
  const benchmark = benchmarks.get(name);
  if (benchmark === undefined) {
    throw new LaunchFailure(`There is no benchmark "${name}".`, {
      hint: `Choose one of: ${[...benchmarks.keys()].join(', ')}`,
    });
  }
  await bootstrap({ progress, signal });
  const missing = missingPackages(benchmark.packages);
  if (missing.length > 0)
    await progress.step(`Debian packages: ${missing.map((one) => one.name).join(', ')}`, () =>
      installPackages(missing, signal),
    );
  return runForeground(nodeBinary(), [path.join(repositoryRoot, benchmark.script), ...args], withoutNpm());
}
