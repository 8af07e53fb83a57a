import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { pause } from '../poll-until.mjs';
import { endProcess, killGroup, signalProcess } from '../process/end-process.mjs';
import { readPidFile, removePidFile, writePidFile } from '../process/pid-file.mjs';
import { lastLogLines, rotateLog } from './log-file.mjs';
import { hasFrozen } from './liveness.mjs';
import { watchLog } from './log-watch.mjs';
import { spawnProgram, waitUntilReady } from './program.mjs';

const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 10_000;
/** Whoever lived that long starts again at once: its death is news, not a loop. */
const STABLE_MS = 60_000;
const GRACE_MS = 10_000;
const FIRST_START_TRIES = 3;

/**
 * @typedef {object} Places
 * @property {string} runDir pid files
 * @property {string} logDir
 * @property {number} [graceMs] how long each stop signal gets
 *
 * @typedef {object} Supervised
 * @property {string} log
 * @property {(force?: AbortSignal) => Promise<void>} stop
 * @property {() => void} reopenLogs tells a program that understands it that its log files were moved away
 */

/**
 * Starts a program, waits until it is ready, and from then on starts it again whenever it ends.
 * @param {import('./program.mjs').Program} program
 * @param {Places} places
 * @param {(text: string) => void} say one line for the console
 * @param {AbortSignal} [signal] gives up waiting for the first start; what was started is ended
 * @returns {Promise<Supervised>}
 */
export async function supervise(program, places, say, signal) {
  const { title } = program;
  const log = path.join(places.logDir, `${program.name}.log`);
  const pidFile = pidFileOf(places, program.name);
  rotateLog(log);
  const stopWatching = watchLog(log, (line) => say(`  ${title}: ${line}`));
  const stopping = new AbortController();

  const launch = async () => {
    await program.prepare?.();
    const running = await spawnProgram(program, { log });
    writePidFile(pidFile, running.pid);
    return running;
  };
  const stop = async (/** @type {AbortSignal | undefined} */ force) => {
    stopping.abort();
    await loop;
    await endRecorded(pidFile, program, places, force);
    stopWatching();
  };

  const reopenLogs = () => {
    const identity = program.reopenSignal && readPidFile(pidFile);
    if (program.reopenSignal && identity) signalProcess(identity, program.reopenSignal);
  };

  /** @type {Promise<void>} */
  let loop = Promise.resolve();
  try {
    const running = await firstStart(program, launch, log, signal);
    loop = keepRunning(program, running, launch, pidFile, say, stopping.signal);
    return { log, stop, reopenLogs };
  } catch (error) {
    await stop(undefined);
    throw error;
  }
}

/**
 * A program that ends by itself here has a reason that a second try would repeat; one that was killed gets another try.
 * @param {import('./program.mjs').Program} program
 * @param {() => Promise<import('./program.mjs').RunningProgram>} launch
 * @param {string} log
 * @param {AbortSignal | undefined} signal
 */
async function firstStart(program, launch, log, signal) {
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    const running = await launch();
    if (await waitUntilReady(program, running, signal)) return running;
    signal?.throwIfAborted();
    const exit = running.hasExited() ? await running.exited : null;
    if (exit?.signal && tries < FIRST_START_TRIES) continue;
    const what = exit
      ? `ended before it was ready (${describeExit(exit)})`
      : `was not ready after ${program.readyTimeoutMs / 1000} s`;
    throw new LaunchFailure(`${program.title} ${what}.`, {
      output: lastLogLines(log),
      hint: `All that it said stands in ${log}`,
    });
  }
}

/**
 * @param {import('./program.mjs').Program} program
 * @param {import('./program.mjs').RunningProgram} first
 * @param {() => Promise<import('./program.mjs').RunningProgram>} launch
 * @param {string} pidFile
 * @param {(text: string) => void} say
 * @param {AbortSignal} stopping
 */
async function keepRunning(program, first, launch, pidFile, say, stopping) {
  const whenStopping = new Promise((resolve) => stopping.addEventListener('abort', resolve, { once: true }));
  /** @type {import('./program.mjs').RunningProgram | null} */
  let running = first;
  let backoffMs = BACKOFF_FIRST_MS;
  while (!stopping.aborted) {
    const startedAt = performance.now();
    if (running) {
      void endFrozen(program, running, say, { hasAnswered: running === first, signal: stopping });
      await Promise.race([running.exited, whenStopping]);
      if (stopping.aborted) return;
      killGroup(running.pid);
      removePidFile(pidFile);
      say(
        `  ${program.title} (process ${running.pid}) ended: ${describeExit(await running.exited)}. It is started again.`,
      );
      if (performance.now() - startedAt > STABLE_MS) backoffMs = BACKOFF_FIRST_MS;
    }
    await pause(backoffMs, stopping);
    backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
    running = stopping.aborted ? null : await launchAgain(program, launch, say, stopping);
  }
}

/**
 * Kills a program that does not answer any more; its death is then seen as any other.
 * @param {import('./program.mjs').Program} program
 * @param {import('./program.mjs').RunningProgram} running
 * @param {(text: string) => void} say
 * @param {{ hasAnswered: boolean, signal: AbortSignal }} watch
 */
async function endFrozen(program, running, say, watch) {
  if (!(await hasFrozen(program, running, watch))) return;
  say(`  ${program.title} (process ${running.pid}) does not answer any more. It is killed.`);
  killGroup(running.pid);
}

/**
 * @param {import('./program.mjs').Program} program
 * @param {() => Promise<import('./program.mjs').RunningProgram>} launch
 * @param {(text: string) => void} say
 * @param {AbortSignal} stopping
 */
async function launchAgain(program, launch, say, stopping) {
  try {
    const running = await launch();
    void waitUntilReady(program, running, stopping).then((isReady) => {
      if (isReady) say(`  ${program.title} is back (process ${running.pid}).`);
    });
    return running;
  } catch (error) {
    // A full disk, for example, may have room again at the next try; ending the others would help nobody.
    say(`  ${program.title} could not be started: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

/**
 * Ends the process that a pid file names, if it still is the one that was started.
 * @param {string} pidFile
 * @param {Pick<import('./program.mjs').Program, 'stopSignals'>} program
 * @param {Pick<Places, 'graceMs'>} places
 * @param {AbortSignal} [force]
 * @returns {Promise<number | null>} the process that was told to end
 */
export async function endRecorded(pidFile, { stopSignals }, { graceMs = GRACE_MS }, force) {
  const identity = readPidFile(pidFile);
  if (identity) await endProcess(identity, { signals: stopSignals, graceMs, force });
  removePidFile(pidFile);
  return identity?.pid ?? null;
}

/** @param {Pick<Places, 'runDir'>} places @param {string} name */
export function pidFileOf(places, name) {
  return path.join(places.runDir, `${name}.pid`);
}

/** @param {import('./program.mjs').Exit} exit */
function describeExit({ code, signal }) {
  return signal ? `killed by ${signal}` : `exit code ${code}`;
}
