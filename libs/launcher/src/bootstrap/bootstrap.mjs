import fs from 'node:fs';
import { LaunchFailure } from '../launch-failure.mjs';
import { nodeBinary } from '../node-binary.mjs';
import { pause } from '../poll-until.mjs';
import { takeLock } from '../process/machine-lock.mjs';
import { repositoryRoot } from '../repository.mjs';
import { runCommand } from '../run-command.mjs';
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';

const OLDEST_NODE_MAJOR = 20;
const LOCK_RETRY_MS = 250;

/**
 * Makes a fresh clone able to run: dependencies, the pinned Node, the build. Does only what is not done yet.
 * @param {object} options
 * @param {import('../progress.mjs').Progress} options.progress
 * @param {boolean} [options.build] false leaves the build to the caller
 * @param {AbortSignal} [options.signal]
 * @param {string} [options.root]
 */
export async function bootstrap({ progress, build = true, signal, root = repositoryRoot }) {
  refuseUnknownMachines();
  const lock = await waitForTurn(root, progress, signal);
  try {
    await progress.step('dependencies', (note) => ensureDependencies(root, note, signal));
    await progress.step('Node for the planes', (note) => checkNode(root, note, signal));
    if (build) await progress.step('build', (note) => ensureBuild(root, note, signal));
  } finally {
    await lock.release();
  }
}

function refuseUnknownMachines() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < OLDEST_NODE_MAJOR) {
    throw new LaunchFailure(`Node ${process.versions.node} is too old to begin with.`, {
      hint: `Install Node ${OLDEST_NODE_MAJOR} or newer.`,
    });
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch) || !runsOnGlibc()) {
    throw new LaunchFailure(
      `Sluice runs on Linux with glibc, x64 or arm64; this is ${process.platform} ${process.arch}.`,
      {
        hint: 'On another system use a Debian container or machine.',
      },
    );
  }
}

function runsOnGlibc() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header?.glibcVersionRuntime !== undefined;
}

/**
 * Two installations in one tree would destroy each other, so the second waits for the first.
 * @param {string} root
 * @param {import('../progress.mjs').Progress} progress
 * @param {AbortSignal | undefined} signal
 */
async function waitForTurn(root, progress, signal) {
  const subject = `bootstrap ${fs.realpathSync(root)}`;
  for (let isFirst = true; ; isFirst = false) {
    const taken = await takeLock(subject, { pid: process.pid });
    if ('lock' in taken) return taken.lock;
    if (isFirst) progress.line(`  Waiting for process ${taken.holder.pid ?? '?'}, which prepares this folder.`);
    await pause(LOCK_RETRY_MS, signal);
    signal?.throwIfAborted();
  }
}

/** @param {string} root @param {(detail: string) => void} note @param {AbortSignal | undefined} signal */
async function checkNode(root, note, signal) {
  const { ok, output } = await runCommand(nodeBinary(root), ['--version'], signal && { signal });
  if (!ok)
    throw new LaunchFailure('The pinned Node does not run on this machine.', {
      output,
      hint: 'Sluice needs glibc 2.28 or newer.',
    });
  note(output);
}
