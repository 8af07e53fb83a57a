import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { LaunchFailure } from '../launch-failure.mjs';
import { runCommand } from '../run-command.mjs';

/**
 * What the tests need beyond npm, and how to see that it is there.
 * @type {readonly { name: string, isThere: () => boolean }[]}
 */
const packages = Object.freeze([
  { name: 'postgresql-15', isThere: () => fs.existsSync('/usr/lib/postgresql/15/bin/postgres') },
  { name: 'etcd-server', isThere: () => commandExists('etcd') },
  { name: 'chromium', isThere: () => commandExists('chromium') },
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

/** @returns {string[]} */
export function missingPackages() {
  return packages.filter(({ isThere }) => !isThere()).map(({ name }) => name);
}

/**
 * @param {readonly string[]} missing
 * @param {AbortSignal} [signal]
 */
export async function installPackages(missing, signal) {
  const byHand = `Install them: apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!commandExists('apt-get'))
    throw new LaunchFailure(`The tests need ${missing.join(', ')}, and this is no Debian.`, {
      hint: 'Install their counterparts.',
    });
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (prefix.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
    throw new LaunchFailure(`The tests need ${missing.join(', ')}, and only root may install packages.`, {
      hint: byHand,
    });
  }
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c', INSTALL, 'install-packages', ...missing];
  const { ok, output } = await runCommand(command, args, { cwd: '/', ...(signal && { signal }) });
  const stillMissing = missingPackages();
  if (!ok || stillMissing.length > 0)
    throw new LaunchFailure(`${(ok ? stillMissing : missing).join(', ')} could not be installed.`, {
      output,
      hint: byHand,
    });
}

/** @param {string} name */
function commandExists(name) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' }).status === 0;
}
