import fs from 'node:fs';
import path from 'node:path';
import { identify } from './process-identity.mjs';

/**
 * Remembers a process. Written whole or not at all.
 * @param {string} file
 * @param {number} pid
 */
export function writePidFile(file, pid) {
  const identity = identify(pid);
  if (identity === null) return;
  const { startTime, bootId } = identity;
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(`${file}.new`, `${pid} ${startTime} ${bootId}\n`);
  fs.renameSync(`${file}.new`, file);
}

/**
 * @param {string} file
 * @returns {import('./process-identity.mjs').ProcessIdentity | null} null when there is no such file, or it is torn
 */
export function readPidFile(file) {
  try {
    const [pid, startTime, bootId] = fs.readFileSync(file, 'utf8').trim().split(' ');
    if (!/^[1-9]\d*$/.test(pid ?? '') || !startTime || !bootId) return null;
    return { pid: Number(pid), startTime, bootId };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
}

/** @param {string} file */
export function removePidFile(file) {
  fs.rmSync(file, { force: true });
}
