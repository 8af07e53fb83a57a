import fs from 'node:fs';
import path from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { LaunchFailure } from '../launch-failure.mjs';
import { nodeBinary } from '../node-binary.mjs';
import { withoutNpm } from '../npm.mjs';
import { repositoryRoot } from '../repository.mjs';
import { runForeground } from './run-foreground.mjs';

const FOLDER = path.join(repositoryRoot, 'libs/e2e/src/bench');

/**
 * Runs one benchmark against the built product; Node strips its types itself.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {import('../progress.mjs').Progress} progress
 * @param {AbortSignal} signal gives up the preparation
 */
export async function runBenchmark(name, args, progress, signal) {
  const names = fs.existsSync(FOLDER)
    ? fs
        .readdirSync(FOLDER)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => path.basename(file, '.ts'))
    : [];
  if (!names.includes(name)) {
    throw new LaunchFailure(`There is no benchmark "${name}".`, {
      hint: `Choose one of: ${names.join(', ') || '(none yet)'}`,
    });
  }
  await bootstrap({ progress, signal });
  return runForeground(nodeBinary(), [path.join(FOLDER, `${name}.ts`), ...args], withoutNpm());
}
