import { reachableHost } from '../settings.mjs';

/**
 * What a person needs to know once everything runs.
 * @param {import('../settings.mjs').Settings} settings
 * @param {import('./first-start.mjs').FirstStart | null} firstStart
 * @param {string} logDir
 */
export function banner(settings, firstStart, logDir) {
  const addresses = [
    ['Dashboard', `${baseUrl(settings, 'admin')}/`],
    ['Gateway', `${baseUrl(settings, 'http')}/`],
  ];
  const credentials = firstStart ? credentialLines(settings, firstStart) : [];
  return [
    '',
    '  Sluice is running.',
    '',
    ...addresses.map(asLine),
    ...credentials,
    '',
    ...(firstStart ? exampleLines(settings, firstStart) : ['  Sign in as before.', '']),
    `  Logs: ${logDir}   Stop: Ctrl-C`,
    '',
  ].join('\n');
}

/**
 * The only place where they are ever shown.
 * @param {Pick<import('../settings.mjs').Settings, 'hasAdminKey'>} settings
 * @param {import('./first-start.mjs').FirstStart} firstStart
 */
export function credentialLines({ hasAdminKey }, { username, password, admin_key: adminKey }) {
  const rows = [
    ['Admin name', username ?? 'admin'],
    ['Password', password ? `${password}   (shown this once; change it after signing in)` : 'the one that you set'],
  ];
  if (hasAdminKey) rows.push(['Admin key', 'the one in SLUICE_ADMIN_KEY']);
  else if (adminKey) rows.push(['Admin key', `${adminKey}   (shown this once)`]);
  return rows.map(asLine);
}

/** @param {readonly string[]} row */
function asLine([name = '', value = '']) {
  return `    ${name.padEnd(12)}${value}`;
}

/**
 * The upstream is the control plane's own health check: it answers on every machine, also without a network.
 * @param {import('../settings.mjs').Settings} settings
 * @param {import('./first-start.mjs').FirstStart} firstStart
 */
function exampleLines(settings, { admin_key: adminKey }) {
  // In double quotes, the shell fills in the user's own key.
  const key = settings.hasAdminKey || !adminKey ? '$SLUICE_ADMIN_KEY' : adminKey;
  const node = `${reachableHost(settings.host)}:${settings.ports.admin.port}`;
  const route = {
    uri: '/hello',
    plugins: { 'proxy-rewrite': { uri: '/healthz' } },
    upstream: { type: 'roundrobin', nodes: { [node]: 1 } },
  };
  return [
    '  Create a route, then call it:',
    '',
    `curl -X PUT ${baseUrl(settings, 'admin')}/apisix/admin/routes/hello -H "X-API-KEY: ${key}" -H "Content-Type: application/json" -d '${JSON.stringify(route)}'`,
    `curl -i ${baseUrl(settings, 'http')}/hello`,
    '',
  ];
}

/** @param {import('../settings.mjs').Settings} settings @param {'admin' | 'http'} which */
function baseUrl(settings, which) {
  return `http://${reachableHost(settings.host)}:${settings.ports[which].port}`;
}
