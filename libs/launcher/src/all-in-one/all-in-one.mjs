import path from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { requireFreePorts } from '../ports/require-free-ports.mjs';
import { postgresProgram } from '../postgres/postgres-program.mjs';
import { serverHost } from '../postgres/server-access.mjs';
import { reachableHost } from '../settings.mjs';
import { supervise } from '../supervise/supervise.mjs';
import { banner } from './banner.mjs';
import { claimDataDirectory, placesIn } from './data-directory.mjs';
import { forgetFirstStart, readFirstStart } from './first-start.mjs';
import { endOrphans } from './orphans.mjs';
import { planePrograms } from './plane-programs.mjs';

/**
 * @typedef {object} AllInOneOptions
 * @property {import('../settings.mjs').Settings} settings
 * @property {import('../progress.mjs').Progress} progress
 * @property {import('../interruption.mjs').Interruption} interruption
 * @property {() => Promise<void>} [prepare] what must be done before anything starts: the bootstrap
 * @property {typeof planePrograms} [planes] tests put small programs in their place
 * @property {number} [graceMs] how long each stop signal gets
 */

/**
 * Runs Postgres, the control plane and one data plane until interrupted, then stops them in the opposite order.
 * @param {AllInOneOptions} options
 */
export async function runAllInOne({ settings, progress, interruption, prepare, planes = planePrograms, graceMs }) {
  const { dataDir, host, ports } = settings;
  const { signal } = interruption;
  const lock = await claimDataDirectory(dataDir, `http://${reachableHost(host)}:${ports.admin.port}/`);
  const places = { ...placesIn(dataDir), ...(graceMs !== undefined && { graceMs }) };
  /** @type {({ title: string } & import('../supervise/supervise.mjs').Supervised)[]} */
  const started = [];
  /** @param {import('../supervise/program.mjs').Program} program */
  const start = (program) =>
    progress.step(program.title, async () => {
      started.unshift({ title: program.title, ...(await supervise(program, places, progress.line, signal)) });
    });
  const reopenLogs = () => {
    for (const program of started) program.reopenLogs();
  };
  process.on('SIGUSR1', reopenLogs);
  try {
    await endOrphans(places, progress.line);
    await requireFreePorts(allPorts(settings));
    await (prepare ?? (() => bootstrap({ progress, signal })))();
    // The bootstrap may have taken a minute.
    await requireFreePorts(allPorts(settings));
    const databaseUrl = settings.databaseUrl ?? (await startPostgres(settings, progress, start));
    for (const program of planes(settings, databaseUrl)) await start(program);
    progress.line(banner(settings, readFirstStart(dataDir), places.logDir));
    forgetFirstStart(dataDir);
    await interruption.asked;
  } finally {
    process.off('SIGUSR1', reopenLogs);
    if (started.length > 0) progress.line('');
    for (const { title, stop } of started) await progress.step(`stopping: ${title}`, () => stop(interruption.force));
    await lock.release();
  }
}

/**
 * @param {import('../settings.mjs').Settings} settings
 * @param {import('../progress.mjs').Progress} progress
 * @param {(program: import('../supervise/program.mjs').Program) => Promise<void>} start
 * @returns {Promise<string>} the database's URL
 */
async function startPostgres(settings, progress, start) {
  const dataDir = path.join(settings.dataDir, 'postgres');
  const { program, url } = await progress.step('database files', () =>
    postgresProgram({ dataDir, port: settings.postgresPort }),
  );
  await start(program);
  return url;
}

/** @param {import('../settings.mjs').Settings} settings */
function allPorts({ ports, postgresPort, databaseUrl }) {
  const postgres = {
    variable: 'SLUICE_POSTGRES_PORT',
    title: 'the embedded Postgres',
    host: serverHost,
    port: postgresPort ?? 0,
  };
  return [...Object.values(ports), ...(postgresPort !== undefined && databaseUrl === undefined ? [postgres] : [])];
}
