import fs from 'node:fs';

/**
 * A process, told apart from a later one with the same number.
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} startTime clock ticks between boot and its start, as in /proc/<pid>/stat
 * @property {string} bootId after a reboot both number and ticks may repeat
 */

/**
 * The identity of a living process.
 * @param {number} pid
 * @returns {ProcessIdentity | null} null when it does not live: a zombie counts as dead, though signals still reach it
 */
export function identify(pid) {
  const stat = readStat(pid);
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
  return { pid, startTime: stat.startTime, bootId: readBootId() };
}

/** @param {ProcessIdentity} identity */
export function isAlive(identity) {
  const now = identify(identity.pid);
  return now !== null && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/**
 * The processes whose working directory is `directory`: how the backends of a dead Postgres are found.
 * @param {string} directory a real path
 * @returns {ProcessIdentity[]}
 */
export function processesWorkingIn(directory) {
  return fs.readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || workingDirectory(name) !== directory) return [];
    return identify(Number(name)) ?? [];
  });
}

/** @param {string} pid */
function workingDirectory(pid) {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null; // Another user's process, or one that has just ended.
  }
}

/** @param {number} pid */
function readStat(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function readBootId() {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '-'; // A hardened container hides it; start times still tell processes apart within one boot.
  }
}
