import fs from 'node:fs';
import path from 'node:path';

/**
 * What the control plane made on its very first start, told once.
 * @typedef {{ url?: string, username?: string, password?: string, admin_key?: string | null }} FirstStart
 */

/**
 * @param {string} dataDir
 * @returns {FirstStart | null} null on every later start
 */
export function readFirstStart(dataDir) {
  const file = fileIn(dataDir);
  if (!fs.existsSync(file)) return null;
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/**
 * Only after the banner was printed: a launcher that is killed before has told nobody.
 * @param {string} dataDir
 */
export function forgetFirstStart(dataDir) {
  fs.rmSync(fileIn(dataDir), { force: true });
}

/** @param {string} dataDir */
function fileIn(dataDir) {
  return path.join(dataDir, 'first-start.json');
}
