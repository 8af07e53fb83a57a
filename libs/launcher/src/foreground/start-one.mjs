import path from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { credentialLines } from '../all-in-one/banner.mjs';
import { claimDataDirectory, placesIn } from '../all-in-one/data-directory.mjs';
import { forgetFirstStart, readFirstStart } from '../all-in-one/first-start.mjs';
import { answersOk } from '../all-in-one/http-probe.mjs';
import { LaunchFailure } from '../launch-failure.mjs';
import { nodeBinary } from '../node-binary.mjs';
import { withoutNpm } from '../npm.mjs';
import { pollUntil } from '../poll-until.mjs';
import { postgresProgram } from '../postgres/postgres-program.mjs';
import { buildOutputs, repositoryRoot } from '../repository.mjs';
import { reachableHost } from '../settings.mjs';
import { supervise } from '../supervise/supervise.mjs';
import { runForeground } from './run-foreground.mjs';

const HEALTHY_WITHIN_MS = 5 * 60_000;

/**
 * @typedef {object} StartOneOptions
 * @property {string} name control-plane or dataplane
 * @property {import('../settings.mjs').Settings} settings
 * @property {import('../progress.mjs').Progress} progress
 * @property {AbortSignal} signal gives up the preparation; the plane itself gets the user's signals directly
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * Bootstraps, then runs one plane in the foreground with the user's environment.
 * @param {StartOneOptions} options
 * @returns {Promise<number>} its exit code
 */
export async function startOne({ name, settings, progress, signal, env = process.env }) {
  if (name !== 'control-plane' && name !== 'dataplane') {
    throw new LaunchFailure(`There is no plane "${name}".`, { hint: 'Choose control-plane or dataplane.' });
  }
  await bootstrap({ progress, signal });
  const own = { ...withoutNpm(env), SLUICE_DATA_DIR: settings.dataDir };
  if (name === 'dataplane') return runPlane(buildOutputs.dataplane, own);
  const tellOnce = {
    onStart: (/** @type {() => boolean} */ hasExited) => void tellFirstStart(settings, progress, hasExited),
  };
  if (settings.databaseUrl !== undefined) return runPlane(buildOutputs.controlPlane, own, tellOnce);
  return withEmbeddedPostgres({ settings, progress, signal }, (url) =>
    runPlane(buildOutputs.controlPlane, { ...own, SLUICE_DATABASE_URL: url }, tellOnce),
  );
}

/** @param {string} script @param {NodeJS.ProcessEnv} env @param {Parameters<typeof runForeground>[3]} [options] */
function runPlane(script, env, options) {
  return runForeground(nodeBinary(), ['--enable-source-maps', path.join(repositoryRoot, script)], env, options);
}

/**
 * @param {Pick<StartOneOptions, 'settings' | 'progress' | 'signal'>} options
 * @param {(url: string) => Promise<number>} run
 */
async function withEmbeddedPostgres({ settings, progress, signal }, run) {
  const url = `http://${reachableHost(settings.host)}:${settings.ports.admin.port}/`;
  const lock = await claimDataDirectory(settings.dataDir, url);
  try {
    const dataDir = path.join(settings.dataDir, 'postgres');
    const postgres = await postgresProgram({ dataDir, port: settings.postgresPort });
    const running = await progress.step('Postgres', () =>
      supervise(postgres.program, placesIn(settings.dataDir), progress.line, signal),
    );
    try {
      signal.throwIfAborted();
      return await run(postgres.url);
    } finally {
      await running.stop();
    }
  } finally {
    await lock.release();
  }
}

/**
 * @param {import('../settings.mjs').Settings} settings
 * @param {import('../progress.mjs').Progress} progress
 * @param {() => boolean} hasExited
 */
async function tellFirstStart(settings, progress, hasExited) {
  const url = `http://${reachableHost(settings.host)}:${settings.ports.admin.port}/healthz`;
  await pollUntil(async () => hasExited() || (await answersOk(url)), { timeoutMs: HEALTHY_WITHIN_MS, everyMs: 200 });
  const firstStart = hasExited() ? null : readFirstStart(settings.dataDir);
  if (firstStart === null) return;
  progress.line(['', ...credentialLines(settings, firstStart), ''].join('\n'));
  forgetFirstStart(settings.dataDir);
}
