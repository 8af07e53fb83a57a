import path from 'node:path';
import { LaunchFailure } from './launch-failure.mjs';
import { repositoryRoot } from './repository.mjs';

/**
 * @typedef {object} PortSetting
 * @property {string} variable
 * @property {string} title what listens there
 * @property {number} port
 * @property {string} host
 *
 * @typedef {object} Settings
 * @property {string} dataDir absolute
 * @property {string} host
 * @property {Record<'admin' | 'grpc' | 'http' | 'https' | 'control' | 'metrics', PortSetting>} ports
 * @property {number | undefined} postgresPort
 * @property {string | undefined} databaseUrl the user's own database; then no embedded one is started
 * @property {boolean} hasAdminKey the user chose the admin key: it is never printed
 */

/**
 * Reads what the launcher itself needs from the environment; the planes read the rest by themselves.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Settings}
 * @throws {LaunchFailure} naming every wrong variable at once
 */
export function readSettings(env = process.env) {
  /** @type {string[]} */
  const errors = [];
  const host = env.SLUICE_HOST || '127.0.0.1';
  /** @param {string} variable @param {number | undefined} fallback */
  const readPort = (variable, fallback) => {
    const text = env[variable];
    if (!text) return fallback;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port < 1 || port > 65535) errors.push(`${variable} must be a whole number from 1 to 65535, not "${text}".`);
    return port;
  };
  /** @returns {PortSetting} @param {string} variable @param {number} fallback @param {string} title @param {string} [on] */
  const port = (variable, fallback, title, on = host) => ({
    variable,
    title,
    host: on,
    port: readPort(variable, fallback) ?? fallback,
  });

  const settings = {
    dataDir: path.resolve(env.SLUICE_DATA_DIR || path.join(repositoryRoot, '.sluice')),
    host,
    ports: {
      admin: port('SLUICE_ADMIN_PORT', 9180, 'the Admin API and the dashboard'),
      grpc: port('SLUICE_GRPC_PORT', 9190, 'the link to the data planes', '127.0.0.1'),
      http: port('SLUICE_HTTP_PORT', 9080, 'the gateway'),
      https: port('SLUICE_HTTPS_PORT', 9443, 'the gateway over TLS'),
      control: port('SLUICE_CONTROL_PORT', 9090, "the data plane's control API", '127.0.0.1'),
      metrics: port('SLUICE_METRICS_PORT', 9091, "the data plane's metrics", '127.0.0.1'),
    },
    postgresPort: readPort('SLUICE_POSTGRES_PORT', undefined),
    databaseUrl: env.SLUICE_DATABASE_URL || undefined,
    hasAdminKey: Boolean(env.SLUICE_ADMIN_KEY),
  };
  errors.push(...sharedPorts(Object.values(settings.ports)));
  if (errors.length > 0) throw new LaunchFailure(errors.join('\n'));
  return settings;
}

/** @param {readonly PortSetting[]} ports */
function sharedPorts(ports) {
  return ports.flatMap((one, i) =>
    ports
      .slice(i + 1)
      .flatMap((other) =>
        one.port === other.port
          ? [`${one.variable} and ${other.variable} are both ${one.port}; each needs its own port.`]
          : [],
      ),
  );
}

/**
 * The address by which this machine reaches a listener: a wildcard is no address to call.
 * @param {string} host
 */
export function reachableHost(host) {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
