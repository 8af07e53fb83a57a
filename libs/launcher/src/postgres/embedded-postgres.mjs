import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { endProcess } from '../process/end-process.mjs';
import { identify } from '../process/process-identity.mjs';
import { takeLock } from '../process/machine-lock.mjs';
import { spawnProgram, waitUntilReady } from '../supervise/program.mjs';
import { lastLogLines } from '../supervise/log-file.mjs';
import { postgresProgram } from './postgres-program.mjs';

const STOP_MS = 10_000;

/**
 * A Postgres of one's own, with real durability. It ends with the process that started it, even when that is killed.
 * @typedef {object} EmbeddedPostgres
 * @property {string} url postgres://user:password@127.0.0.1:port/database, with superuser rights
 * @property {number} port
 * @property {number} pid
 * @property {() => Promise<void>} stop a fast, clean shutdown; the data stays
 */

/**
 * Starts Postgres on `dataDir`, which it makes on first use and must not share with anything else.
 * @param {{ dataDir: string, port?: number }} options port: a free one when absent
 * @returns {Promise<EmbeddedPostgres>}
 * @throws {LaunchFailure} when another process uses this directory
 */
export async function startEmbeddedPostgres({ dataDir, port: wishedPort }) {
  fs.mkdirSync(dataDir, { recursive: true });
  const taken = await takeLock(`postgres ${fs.realpathSync(dataDir)}`, { pid: process.pid });
  if ('holder' in taken)
    throw new LaunchFailure(`Process ${taken.holder.pid ?? '?'} runs Postgres on ${dataDir} already.`);
  try {
    const { program, url, port } = await postgresProgram({ dataDir: path.resolve(dataDir), port: wishedPort });
    const log = path.join(dataDir, 'postgres.log');
    const running = await spawnProgram(program, { log, endsWithUs: true });
    if (!(await waitUntilReady(program, running)))
      throw new LaunchFailure('Postgres did not start.', { output: lastLogLines(log) });
    return { url, port, pid: running.pid, stop: () => stop(running.pid, program.stopSignals, taken.lock) };
  } catch (error) {
    await taken.lock.release();
    throw error;
  }
}

/** @param {number} pid @param {readonly NodeJS.Signals[]} signals @param {import('../process/machine-lock.mjs').MachineLock} lock */
async function stop(pid, signals, lock) {
  const identity = identify(pid);
  if (identity) await endProcess(identity, { signals, graceMs: STOP_MS });
  await lock.release();
}
