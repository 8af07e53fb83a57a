import { ensureCluster, serverEnvironment } from './cluster.mjs';
import { clearCluster, postmasterIsReady, postmasterStopSignals } from './postmaster.mjs';
import { databaseUrl, serverAccess, serverHost } from './server-access.mjs';
import { serverBinaries } from './server-binaries.mjs';
import { serverHome } from './server-home.mjs';

const READY_MS = 60_000;

/**
 * Makes a cluster ready to be started: ends what a killed launcher left running on it, creates it on first use.
 * @param {{ dataDir: string, port?: number | undefined }} options dataDir: a directory for Postgres alone
 * @returns {Promise<{ program: import('../supervise/program.mjs').Program, url: string, port: number }>}
 */
export async function postgresProgram({ dataDir, port: wishedPort }) {
  const { home, cluster, user } = serverHome(dataDir);
  const binaries = serverBinaries(home, user);
  // Before a port is looked for: our own orphan may hold the remembered one.
  await clearCluster(cluster);
  const access = await serverAccess(dataDir, wishedPort);
  await ensureCluster({ cluster, user, binaries }, access);
  const program = {
    name: 'postgres',
    title: 'Postgres',
    command: binaries.postgres,
    args: serverArguments(cluster, access.port),
    env: { ...serverEnvironment },
    cwd: '/',
    ...(user && { user }),
    stopSignals: postmasterStopSignals,
    readyTimeoutMs: READY_MS,
    prepare: async () => {
      await clearCluster(cluster);
    },
    isReady: (/** @type {number} */ pid) => postmasterIsReady(cluster, pid),
  };
  return { program, url: databaseUrl(access), port: access.port };
}

/** @param {string} cluster @param {number} port */
function serverArguments(cluster, port) {
  const settings = {
    listen_addresses: serverHost,
    port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '64MB',
    // Statements and details may hold what must not stand in a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
