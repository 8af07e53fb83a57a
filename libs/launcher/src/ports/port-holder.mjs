import fs from 'node:fs';

const LISTENING = '0A';

/**
 * Who listens on a TCP port, as far as /proc tells (it hides other users' processes from an ordinary user).
 * @param {number} port
 * @returns {{ pid: number, command: string } | null}
 */
export function portHolder(port) {
  const inodes = new Set([...listenerInodes('/proc/net/tcp', port), ...listenerInodes('/proc/net/tcp6', port)]);
  if (inodes.size === 0) return null;
  const pid = fs.readdirSync('/proc').find((name) => /^\d+$/.test(name) && holdsSocket(name, inodes));
  return pid === undefined ? null : { pid: Number(pid), command: commandOf(pid) };
}

/** @param {string} table @param {number} port */
function listenerInodes(table, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readOr(table, '')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTENING)
    .map((fields) => fields[9]);
}

/** @param {string} pid @param {ReadonlySet<string | undefined>} inodes */
function holdsSocket(pid, inodes) {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const target = fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
      return target.startsWith('socket:[') && inodes.has(target.slice(8, -1));
    });
  } catch {
    return false; // Another user's process, or one that has just ended.
  }
}

/** @param {string} pid */
function commandOf(pid) {
  const command = readOr(`/proc/${pid}/cmdline`, '').split('\0').join(' ').trim();
  return command.length > 80 ? `${command.slice(0, 79)}…` : command;
}

/** @param {string} file @param {string} fallback */
function readOr(file, fallback) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return fallback;
  }
}
