import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { LaunchFailure } from '../launch-failure.mjs';
import { runCommand } from '../run-command.mjs';

/**
 * A Debian package, and how to see that it is there.
 * @typedef {{ readonly name: string, readonly isThere: () => boolean }} DebianPackage
 */

/**
 * The servers of a cluster.
 * @type {readonly DebianPackage[]}
 */
export const clusterPackages = Object.freeze([
  { name: 'postgresql-15', isThere: () => fs.existsSync('/usr/lib/postgresql/15/bin/postgres') },
  { name: 'etcd-server', isThere: () => commandExists('etcd') },
  { name: 'haproxy', isThere: () => fs.existsSync('/usr/sbin/haproxy') },
]);

/**
 * What the tests need beyond npm.
 * @type {readonly DebianPackage[]}
 */
export const testPackages = Object.freeze([
  ...clusterPackages,
  { name: 'chromium', isThere: () => commandExists('chromium') },
  { name: 'kcat', isThere: () => commandExists('kcat') },
  { name: 'openssl', isThere: () => commandExists('openssl') },
  { name: 'redis-server', isThere: () => commandExists('redis-server') },
  { name: 'slowhttptest', isThere: () => commandExists('slowhttptest') },
  { name: 'testssl.sh', isThere: () => commandExists('testssl') },
]);

/**
 * What the benchmark of the proxy needs beyond npm.
 * @type {readonly DebianPackage[]}
 */
export const benchmarkPackages = Object.freeze([
  { name: 'nginx-light', isThere: () => fs.existsSync('/usr/sbin/nginx') },
  { name: 'wrk', isThere: () => commandExists('wrk') },
  { name: 'nghttp2-client', isThere: () => commandExists('h2load') },
]);

/**
 * Installs without leaving a service running or a database cluster behind; what was set for that is taken back.
 * The packages' names are its arguments.
 */
const INSTALL = `set -eu
export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  printf 'create_main_cluster = false\\n' > /etc/postgresql-common/createcluster.conf
fi
apt-get -o DPkg::Lock::Timeout=120 update
apt-get -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold install -y --no-install-recommends "$@"
`;

/**
 * @param {readonly DebianPackage[]} needed
 * @returns {DebianPackage[]}
 */
export function missingPackages(needed) {
  return needed.filter(({ isThere }) => !isThere());
}

/**
 * @param {readonly DebianPackage[]} needed those that are missing
 * @param {AbortSignal} [signal]
 */
export async function installPackages(needed, signal) {
  const missing = namesOf(needed);
  const byHand = `Install them: apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!commandExists('apt-get'))
    throw new LaunchFailure(`${missing.join(', ')} must be installed, and this is no Debian.`, {
      hint: 'Install their counterparts.',
    });
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (prefix.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
    throw new LaunchFailure(`${missing.join(', ')} must be installed, and only root may install packages.`, {
      hint: byHand,
    });
  }
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c', INSTALL, 'install-packages', ...missing];
  const { ok, output } = await runCommand(command, args, { cwd: '/', ...(signal && { signal }) });
  const stillMissing = namesOf(missingPackages(needed));
  if (!ok || stillMissing.length > 0)
    throw new LaunchFailure(`${(ok ? stillMissing : missing).join(', ')} could not be installed.`, {
      output,
      hint: byHand,
    });
}

/** @param {readonly DebianPackage[]} packages */
function namesOf(packages) {
  return packages.map(({ name }) => name);
}

/** @param {string} name */
function commandExists(name) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' }).status === 0;
}
