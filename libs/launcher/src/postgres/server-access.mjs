import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { freePort, whyNotListen } from '../ports/listen-probe.mjs';

export const serverHost = '127.0.0.1';
export const serverSuperuser = 'sluice';
export const serverDatabase = 'sluice';

/**
 * How to reach a cluster. Kept in `access.json`, readable for the launcher's user only.
 * @typedef {{ port: number, password: string }} ServerAccess
 */

/**
 * Reads or makes the access data. A remembered port that somebody else has taken since is replaced, a wished one is not.
 * @param {string} dataDir
 * @param {number | undefined} wishedPort
 * @returns {Promise<ServerAccess & { isNew: boolean }>} isNew: the password is not in the cluster yet
 */
export async function serverAccess(dataDir, wishedPort) {
  const file = path.join(dataDir, 'access.json');
  const known = readAccess(file);
  const password = known?.password ?? randomBytes(24).toString('base64url');
  const port = wishedPort ?? (await rememberedOrFree(known?.port));
  if (!known || known.port !== port) writeAccess(file, { port, password });
  return { port, password, isNew: known === null };
}

/**
 * The access data of a cluster that was made before.
 * @param {string} dataDir
 */
export function knownAccess(dataDir) {
  return readAccess(path.join(dataDir, 'access.json'));
}

/** @param {ServerAccess} access */
export function databaseUrl({ port, password }) {
  return `postgres://${serverSuperuser}:${password}@${serverHost}:${port}/${serverDatabase}`;
}

/** @param {number | undefined} remembered */
async function rememberedOrFree(remembered) {
  if (remembered !== undefined && (await whyNotListen(remembered, serverHost)) === null) return remembered;
  return freePort(serverHost);
}

/**
 * @param {string} file
 * @returns {ServerAccess | null}
 */
function readAccess(file) {
  if (!fs.existsSync(file)) return null;
  try {
    const { port, password } = JSON.parse(fs.readFileSync(file, 'utf8'));
    return typeof password === 'string' && password !== '' && Number.isInteger(port) ? { port, password } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // Torn: the cluster gets a new password.
    throw error;
  }
}

/** @param {string} file @param {ServerAccess} access */
function writeAccess(file, access) {
  fs.rmSync(`${file}.new`, { force: true });
  fs.writeFileSync(`${file}.new`, JSON.stringify(access), { mode: 0o600, flag: 'wx' });
  fs.renameSync(`${file}.new`, file);
}
