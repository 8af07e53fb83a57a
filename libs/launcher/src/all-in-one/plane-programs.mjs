import path from 'node:path';
import { nodeBinary } from '../node-binary.mjs';
import { withoutNpm } from '../npm.mjs';
import { buildOutputs, repositoryRoot } from '../repository.mjs';
import { reachableHost } from '../settings.mjs';
import { answersOk } from './http-probe.mjs';

const READY_MS = 90_000;

/** What only the control plane may know. */
const CONTROL_PLANE_SECRETS = ['SLUICE_DATABASE_URL', 'SLUICE_ADMIN_KEY', 'SLUICE_KEYRING'];

/**
 * The control plane and the data plane of the all-in-one mode, in the order in which they start.
 * @param {import('../settings.mjs').Settings} settings
 * @param {string} databaseUrl
 * @param {NodeJS.ProcessEnv} [env] the user's environment
 * @returns {import('../supervise/program.mjs').Program[]}
 */
export function planePrograms(settings, databaseUrl, env = process.env) {
  const { ports, host } = settings;
  const shared = {
    ...withoutNpm(env),
    SLUICE_DATA_DIR: settings.dataDir,
    SLUICE_HOST: host,
    ...portVariables(settings),
    NO_COLOR: '1',
  };
  return [
    {
      ...plane(buildOutputs.controlPlane),
      name: 'control-plane',
      title: 'Control plane',
      // The only data plane is on this machine, and their link is plain.
      env: { ...shared, SLUICE_GRPC_HOST: '127.0.0.1', SLUICE_DATABASE_URL: databaseUrl },
      isReady: () => answersOk(`http://${reachableHost(host)}:${ports.admin.port}/healthz`),
      isAlive: () => answersOk(`http://${reachableHost(host)}:${ports.admin.port}/healthz`),
    },
    {
      ...plane(buildOutputs.dataplane),
      name: 'dataplane',
      title: 'Data plane',
      reopenSignal: /** @type {const} */ ('SIGUSR1'),
      env: {
        ...Object.fromEntries(Object.entries(shared).filter(([name]) => !CONTROL_PLANE_SECRETS.includes(name))),
        SLUICE_SOURCE: 'control-plane',
        SLUICE_CONTROL_PLANE: `127.0.0.1:${ports.grpc.port}`,
      },
      isReady: () => answersOk(`http://127.0.0.1:${ports.control.port}/readyz`),
      isAlive: () => answersOk(`http://127.0.0.1:${ports.control.port}/healthz`),
    },
  ];
}

/**
 * The control plane's environment adds these to the user's own.
 * @param {import('../settings.mjs').Settings} settings
 */
function portVariables({ ports }) {
  return Object.fromEntries(Object.values(ports).map(({ variable, port }) => [variable, String(port)]));
}

/** @param {string} script */
function plane(script) {
  return {
    command: nodeBinary(),
    args: ['--enable-source-maps', path.join(repositoryRoot, script)],
    cwd: repositoryRoot,
    stopSignals: /** @type {const} */ (['SIGTERM']),
    readyTimeoutMs: READY_MS,
  };
}
