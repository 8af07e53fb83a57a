import fs from 'node:fs';
import path from 'node:path';
import { pollUntil } from '../poll-until.mjs';
import { endProcess } from '../process/end-process.mjs';
import { identify, isAlive, processesWorkingIn } from '../process/process-identity.mjs';

/** Fast shutdown, then immediate shutdown: both leave a cluster that recovers. */
export const postmasterStopSignals = Object.freeze(/** @type {const} */ (['SIGINT', 'SIGQUIT']));
const GRACE_MS = 10_000;
const BACKENDS_END_MS = 5000;

/**
 * Says in one file read whether the server of this cluster accepts connections.
 * @param {string} cluster
 * @param {number} pid
 */
export function postmasterIsReady(cluster, pid) {
  const lines = readPidLines(cluster);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/**
 * Ends whatever still works on the cluster and removes a lock file that would make Postgres refuse to start:
 * one that names a zombie or a process that only reuses the number. A lock file that names nobody is left to
 * Postgres, which then also checks shared memory.
 * @param {string} cluster
 * @returns {Promise<boolean>} true when a running server was ended
 */
export async function clearCluster(cluster) {
  if (!fs.existsSync(cluster)) return false;
  const place = fs.realpathSync(cluster);
  const pid = Number(readPidLines(place)[0]);
  const workers = processesWorkingIn(place);
  const postmaster = workers.find((worker) => worker.pid === pid);
  if (postmaster) await endProcess(postmaster, { signals: postmasterStopSignals, graceMs: GRACE_MS });
  // Backends outlive a killed postmaster for a moment; a new one beside them would corrupt the data.
  await pollUntil(() => !workers.some(isAlive), { timeoutMs: BACKENDS_END_MS });
  for (const worker of processesWorkingIn(place)) await endProcess(worker, { signals: [], graceMs: 0 });
  if (fs.existsSync(`/proc/${pid}`)) fs.rmSync(path.join(place, 'postmaster.pid'), { force: true });
  return postmaster !== undefined;
}

/**
 * The server that runs on a cluster now.
 * @param {string} cluster
 */
export function runningPostmaster(cluster) {
  const pid = Number(readPidLines(cluster)[0]);
  return pid > 0 && processesWorkingIn(fs.realpathSync(cluster)).some((worker) => worker.pid === pid)
    ? identify(pid)
    : null;
}

/** @param {string} cluster */
function readPidLines(cluster) {
  try {
    return fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return []; // Not running, or between two steps of its start.
  }
}
