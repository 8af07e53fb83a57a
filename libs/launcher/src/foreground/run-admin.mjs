import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { nodeBinary } from '../node-binary.mjs';
import { withoutNpm } from '../npm.mjs';
import { databaseUrl, knownAccess } from '../postgres/server-access.mjs';
import { buildOutputs, repositoryRoot } from '../repository.mjs';
import { runForeground } from './run-foreground.mjs';

/** A command of its own, and none of those that are about people. */
const MIGRATE = 'migrate';

/**
 * Runs a command of the control plane, such as `reset-password` or `migrate status`, on the database of the installation beside it: the one that
 * the environment names, or the embedded one, which must be running.
 * @param {{ args: readonly string[], settings: import('../settings.mjs').Settings, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code
 */
export async function runAdmin({ args, settings, env = process.env }) {
  const url = settings.databaseUrl ?? embeddedUrl(settings.dataDir);
  const script = path.join(repositoryRoot, buildOutputs.controlPlane);
  const own = { ...withoutNpm(env), SLUICE_DATA_DIR: settings.dataDir, SLUICE_DATABASE_URL: url };
  const command = args[0] === MIGRATE ? args : ['admin', ...args];
  return runForeground(nodeBinary(), ['--enable-source-maps', script, ...command], own);
}

/** @param {string} dataDir */
function embeddedUrl(dataDir) {
  const access = knownAccess(path.join(dataDir, 'postgres'));
  if (access) return databaseUrl(access);
  throw new LaunchFailure(`There is no database under ${dataDir}.`, {
    hint: 'Start Sluice first (npm start), or set SLUICE_DATA_DIR or SLUICE_DATABASE_URL.',
  });
}
