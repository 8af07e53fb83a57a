import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { canEnter, serverUserFor } from './server-user.mjs';

/** Where root's clusters live when their user cannot get into the data directory, as under a 0700 /root. */
const SHARED_HOMES = '/var/lib/sluice';

/**
 * The directory that holds the cluster and, if need be, a copy of the binaries. It is `dataDir` itself, or a place that
 * `dataDir/elsewhere` points to when the server's user cannot enter `dataDir`.
 * @param {string} dataDir made if missing
 * @returns {{ home: string, cluster: string, user: import('./server-user.mjs').ServerUser }}
 */
export function serverHome(dataDir) {
  const isRoot = process.getuid?.() === 0;
  // 0711: whoever passes through sees only what is open to him by its own mode.
  fs.mkdirSync(dataDir, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
  if (isRoot) fs.chmodSync(dataDir, fs.statSync(dataDir).mode | 0o111);
  const link = path.join(dataDir, 'elsewhere');
  const linked = fs.existsSync(link) ? fs.realpathSync(link) : null;
  const home = linked ?? fs.realpathSync(dataDir);
  const cluster = path.join(home, 'cluster');
  const user = serverUserFor(cluster);
  if (!user || canEnter(home, user)) return { home, cluster, user };
  if (fs.existsSync(cluster)) throw unreachable(home);
  return moveElsewhere(dataDir, link, user);
}

/**
 * @param {string} dataDir
 * @param {string} link
 * @param {import('./server-user.mjs').ServerUser} user
 */
function moveElsewhere(dataDir, link, user) {
  // What is thrown away with the temporary directory must not leave its database behind elsewhere.
  const isTemporary = fs.realpathSync(dataDir).startsWith(`${fs.realpathSync(os.tmpdir())}/`);
  const name = `${path.basename(path.dirname(dataDir)).replace(/^\.+/, '')}-${randomBytes(6).toString('hex')}`;
  const home = isTemporary ? path.join(os.tmpdir(), `sluice-${name}`) : path.join(SHARED_HOMES, name);
  try {
    fs.mkdirSync(home, { recursive: true, mode: 0o711 });
  } catch {
    throw unreachable(dataDir); // A read-only system: the user has to choose a place.
  }
  if (!canEnter(home, user)) throw unreachable(home);
  fs.rmSync(link, { force: true });
  fs.symlinkSync(home, link);
  return { home, cluster: path.join(home, 'cluster'), user };
}

/** @param {string} directory */
function unreachable(directory) {
  return new LaunchFailure(`Postgres does not run as root, and an ordinary user cannot enter ${directory}.`, {
    hint: 'Set SLUICE_DATA_DIR to a directory that others may enter, for example /var/lib/sluice/data, or start as an ordinary user.',
  });
}
