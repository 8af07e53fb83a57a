import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { npm } from '../npm.mjs';
import { pinnedNodePath } from '../node-binary.mjs';

/**
 * Installs what the lock file says, unless it is there already. Install scripts never run.
 * @param {string} root
 * @param {(detail: string) => void} note
 * @param {AbortSignal} [signal]
 */
export async function ensureDependencies(root, note, signal) {
  const lockText = readLock(root);
  const stamp = path.join(root, 'node_modules', '.sluice-bootstrap');
  const hash = createHash('sha256').update(lockText).digest('hex');
  if (dependenciesAreCurrent(root, lockText, stamp, hash)) {
    note('up to date');
    return;
  }
  fs.rmSync(stamp, { force: true });
  const { ok, output } = await installLocked(root, signal);
  if (!ok) {
    throw new LaunchFailure('npm could not install the dependencies.', {
      output,
      hint: 'Check that the npm registry is reachable (npm ping), that the disk has 2 GB left and that you may write here; then start again.',
    });
  }
  if (!everythingIsInstalled(root, JSON.parse(lockText))) {
    throw new LaunchFailure('npm installed something else than package-lock.json says.', {
      output,
      hint: 'Restore both files, git checkout package.json package-lock.json, or bring them in line: npm install',
    });
  }
  fs.writeFileSync(stamp, `${hash}\n`);
}

/**
 * `npm ci` refuses a lock file without the binaries of foreign platforms, and a registry that does not carry them leaves
 * no other. `npm install` takes it; what it installed is compared with the lock file afterwards.
 * @param {string} root
 * @param {AbortSignal | undefined} signal
 */
async function installLocked(root, signal) {
  const flags = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const options = { cwd: root, ...(signal && { signal }) };
  const strict = await npm(['ci', ...flags], options);
  if (strict.ok || !strict.output.includes('EUSAGE')) return strict;
  // As `npm ci` does: half a package from an interrupted run must not pass for a whole one.
  fs.rmSync(path.join(root, 'node_modules'), { recursive: true, force: true });
  return npm(['install', '--no-save', ...flags], options);
}

/**
 * Says yes also to a tree that a developer's own `npm install` made: replacing it would only cost time.
 * @param {string} root
 * @param {string} lockText
 * @param {string} stamp
 * @param {string} hash
 */
function dependenciesAreCurrent(root, lockText, stamp, hash) {
  const isStamped = fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8').trim() === hash;
  // npm writes this file last, so without it an installation was interrupted.
  const isComplete = fs.existsSync(path.join(root, 'node_modules', '.package-lock.json'));
  if (!isComplete || !fs.existsSync(pinnedNodePath(root)) || !everythingIsInstalled(root, JSON.parse(lockText)))
    return false;
  if (!isStamped) stampIfWritable(stamp, hash);
  return true;
}

/** @param {string} stamp @param {string} hash */
function stampIfWritable(stamp, hash) {
  try {
    fs.writeFileSync(stamp, `${hash}\n`);
  } catch {
    // A tree that another user owns: it is looked through again next time.
  }
}

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 * @param {string} root
 * @param {{ packages: Record<string, LockedPackage> }} lock
 */
function everythingIsInstalled(root, { packages }) {
  return Object.entries(packages).every(([place, wanted]) => {
    if (!place.includes('node_modules/')) return true;
    const installed = installedVersion(path.join(root, place, 'package.json'));
    if (installed === null) return wanted.optional === true && !isForThisMachine(wanted);
    return wanted.link === true || installed === wanted.version;
  });
}

/** @param {string} file */
function installedVersion(file) {
  try {
    return /** @type {string | undefined} */ (JSON.parse(fs.readFileSync(file, 'utf8')).version);
  } catch {
    return null;
  }
}

/** @param {LockedPackage} wanted */
function isForThisMachine({ os, cpu, libc }) {
  // Not a platform's binary: npm may leave such a package out for reasons of its own.
  if (!os && !cpu) return false;
  return (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true) && !libc?.includes('musl');
}

/** @param {string} root */
function readLock(root) {
  try {
    return fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  } catch (cause) {
    throw new LaunchFailure('package-lock.json is missing.', {
      hint: 'Restore it: git checkout package-lock.json',
      cause,
    });
  }
}
