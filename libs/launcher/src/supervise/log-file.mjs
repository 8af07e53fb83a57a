import fs from 'node:fs';
import path from 'node:path';

/** A log and its generations never take more than four times this. */
const ROTATE_BYTES = 32 * 1024 * 1024;
const GENERATIONS = 3;
const TAIL_BYTES = 16 * 1024;
const TAIL_LINES = 25;

/**
 * Opens a log to append to.
 * @param {string} file
 */
export function openLog(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  return fs.openSync(file, 'a', 0o600);
}

/**
 * Puts a log that has grown aside: x.log becomes x.log.1, and so on; the oldest goes. Only while nobody writes to it.
 * @param {string} file
 * @param {number} [bytesMax]
 */
export function rotateLog(file, bytesMax = ROTATE_BYTES) {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < bytesMax) return;
  makeRoom(file);
  fs.renameSync(file, `${file}.1`);
}

/**
 * The same for the log of a running program. It appends, so it goes on at the new beginning; what it writes between the
 * copy and the cut is lost, which is better than a full disk.
 * @param {string} file
 * @param {number} [bytesMax]
 * @returns {boolean} whether it was cut
 */
export function rotateRunningLog(file, bytesMax = ROTATE_BYTES) {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < bytesMax) return false;
  makeRoom(file);
  fs.copyFileSync(file, `${file}.1`);
  fs.truncateSync(file, 0);
  return true;
}

/** @param {string} file */
function makeRoom(file) {
  for (let age = GENERATIONS - 1; age >= 1; age -= 1) {
    if (fs.existsSync(`${file}.${age}`)) fs.renameSync(`${file}.${age}`, `${file}.${age + 1}`);
  }
}

/**
 * @param {string} file
 * @returns {string} what a failure message shows
 */
export function lastLogLines(file) {
  if (!fs.existsSync(file)) return '';
  const size = fs.statSync(file).size;
  return readLogFrom(file, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(-TAIL_LINES)
    .join('\n');
}

/**
 * @param {string} file
 * @param {number} offset
 * @param {number} bytesMax
 */
export function readLogFrom(file, offset, bytesMax) {
  const handle = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(bytesMax);
    return buffer.subarray(0, fs.readSync(handle, buffer, 0, bytesMax, offset));
  } finally {
    fs.closeSync(handle);
  }
}
