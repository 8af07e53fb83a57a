import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { takeLock } from '../process/machine-lock.mjs';

/**
 * Makes the data directory and keeps every other launcher out of it, until release or our death.
 * @param {string} dataDir
 * @param {string} url what the other launcher should name
 */
export async function claimDataDirectory(dataDir, url) {
  makeWritable(dataDir);
  const taken = await takeLock(`data ${fs.realpathSync(dataDir)}`, { pid: process.pid, url });
  if ('lock' in taken) return taken.lock;
  const { pid = '?', url: otherUrl = '?' } = taken.holder;
  throw new LaunchFailure(`Sluice already runs on ${dataDir}: process ${pid}, ${otherUrl}`, {
    hint: 'To run a second one, give it another SLUICE_DATA_DIR and other ports.',
  });
}

/** @param {string} dataDir */
export function placesIn(dataDir) {
  return { runDir: path.join(dataDir, 'run'), logDir: path.join(dataDir, 'logs') };
}

/** @param {string} dataDir */
function makeWritable(dataDir) {
  // As root, Postgres passes through it as another user; secrets in it have modes of their own.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  const { runDir, logDir } = placesIn(dataDir);
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode });
    for (const place of [runDir, logDir]) fs.mkdirSync(place, { recursive: true, mode: 0o700 });
    for (const place of [dataDir, runDir, logDir]) fs.accessSync(place, fs.constants.W_OK);
  } catch (cause) {
    throw new LaunchFailure(`This user cannot write to ${dataDir}.`, {
      output: String(cause),
      hint: 'Was Sluice started as another user before? Start as that user, or set SLUICE_DATA_DIR.',
    });
  }
}
