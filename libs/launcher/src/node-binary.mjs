import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './launch-failure.mjs';
import { repositoryRoot } from './repository.mjs';

/** The oldest Node that runs the planes: it strips types natively and has the faster HTTP server. */
const OLDEST_MAJOR = 26;

/**
 * Where npm puts the pinned Node of this machine, whether it is there or not.
 * @param {string} [root]
 */
export function pinnedNodePath(root = repositoryRoot) {
  return path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
}

/**
 * The Node that runs the planes, the tests and the benchmarks: the pinned one from npm, else the running one if it is new enough.
 * @param {string} [root]
 * @returns {string} an absolute path
 */
export function nodeBinary(root = repositoryRoot) {
  const pinned = pinnedNodePath(root);
  if (fs.existsSync(pinned)) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) return process.execPath;
  throw new LaunchFailure(`Node ${OLDEST_MAJOR} is missing: ${pinned} does not exist.`, {
    hint: `It comes from npm as an optional dependency. Run: npm ci --ignore-scripts --include=optional`,
  });
}
