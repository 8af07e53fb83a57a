import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { runCommand } from '../run-command.mjs';
import { serverDatabase, serverSuperuser } from './server-access.mjs';
import { giveTo } from './server-user.mjs';

/** What every server process gets: nothing of the user's environment, so that no PGDATA or locale misleads it. */
export const serverEnvironment = Object.freeze({ PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });

/**
 * Makes the cluster if there is none. It appears under its name only when it is complete and on disk.
 * @param {object} place
 * @param {string} place.cluster
 * @param {import('./server-user.mjs').ServerUser} place.user
 * @param {import('./server-binaries.mjs').ServerBinaries} place.binaries
 * @param {{ password: string, isNew: boolean }} access
 */
export async function ensureCluster({ cluster, user, binaries }, access) {
  const versionFile = path.join(cluster, 'PG_VERSION');
  if (!fs.existsSync(versionFile)) {
    await createCluster(cluster, user, binaries, access.password);
    return;
  }
  const version = fs.readFileSync(versionFile, 'utf8').trim();
  if (version !== binaries.major) {
    throw new LaunchFailure(
      `The data in ${cluster} was written by Postgres ${version}; this Sluice brings Postgres ${binaries.major}.`,
      {
        hint: 'Start the Sluice that wrote it, export the configuration, and import it here.',
      },
    );
  }
  // The access file was lost: whoever owns the cluster may set a new password.
  if (access.isNew)
    await singleUser(
      cluster,
      user,
      binaries,
      `ALTER ROLE ${serverSuperuser} PASSWORD '${access.password}'`,
      'postgres',
    );
}

/**
 * @param {string} cluster
 * @param {import('./server-user.mjs').ServerUser} user
 * @param {import('./server-binaries.mjs').ServerBinaries} binaries
 * @param {string} password
 */
async function createCluster(cluster, user, binaries, password) {
  const unfinished = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  for (const place of [unfinished, passwordFile]) fs.rmSync(place, { recursive: true, force: true });
  fs.mkdirSync(unfinished, { mode: 0o700 });
  giveTo(unfinished, user);
  fs.writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
  giveTo(passwordFile, user);
  try {
    const args = [
      '-D',
      unfinished,
      '-U',
      serverSuperuser,
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '--no-locale',
      '-E',
      'UTF8',
    ];
    const { ok, output } = await runCommand(binaries.initdb, [...args, '--no-instructions'], { ...asServer(user) });
    if (!ok)
      throw new LaunchFailure('Postgres could not create its data directory.', {
        output,
        hint: `Check the space and the rights in ${path.dirname(cluster)}.`,
      });
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  await singleUser(unfinished, user, binaries, `CREATE DATABASE ${serverDatabase}`, 'postgres');
  fs.renameSync(unfinished, cluster);
  syncDirectory(path.dirname(cluster));
}

/**
 * Runs one statement without a network, a password or a running server.
 * @param {string} cluster
 * @param {import('./server-user.mjs').ServerUser} user
 * @param {import('./server-binaries.mjs').ServerBinaries} binaries
 * @param {string} statement
 * @param {string} database
 */
async function singleUser(cluster, user, binaries, statement, database) {
  const args = ['--single', '-D', cluster, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic', database];
  const { ok } = await runCommand(binaries.postgres, args, { ...asServer(user), input: `${statement}\n` });
  // Its output may repeat the statement, and with it the password.
  if (!ok)
    throw new LaunchFailure(`Postgres could not prepare its data directory ${cluster}.`, {
      hint: 'Check the disk; then start again.',
    });
}

/** @param {import('./server-user.mjs').ServerUser} user */
function asServer(user) {
  return { ...user, cwd: '/', env: { ...serverEnvironment } };
}

/** @param {string} directory */
function syncDirectory(directory) {
  const handle = fs.openSync(directory, 'r');
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}
