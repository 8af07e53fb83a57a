import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** The traditional number of `nobody`: it owns no files but ours, and needs no entry in /etc/passwd. */
const NOBODY = 65534;

/**
 * As whom Postgres runs; undefined means as we do. It refuses to run as root, so then it becomes somebody else.
 * @typedef {{ uid: number, gid: number } | undefined} ServerUser
 */

/**
 * @param {string} cluster a cluster that exists keeps its owner
 * @returns {ServerUser}
 */
export function serverUserFor(cluster) {
  if (process.getuid?.() !== 0) return undefined;
  const owner = fs.statSync(cluster, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: NOBODY, gid: NOBODY };
}

/**
 * Whether the server's user gets into a directory: the kernel is asked, so ancestors and ACLs count too.
 * @param {string} directory
 * @param {ServerUser} user
 */
export function canEnter(directory, user) {
  return spawnSync('test', ['-x', directory], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

/**
 * @param {string} place
 * @param {ServerUser} user
 */
export function giveTo(place, user) {
  if (user) fs.chownSync(place, user.uid, user.gid);
}
