import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../launch-failure.mjs';
import { npm } from '../npm.mjs';
import { buildOutputs } from '../repository.mjs';

const SOURCE_FOLDERS = ['apps', 'libs'];
const SOURCE_FILES = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'nx.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', 'coverage', 'test-results', '.nx', '.sluice', '.git']);

/**
 * Builds what changed, unless nothing did since the last build.
 * @param {string} root
 * @param {(detail: string) => void} note
 * @param {AbortSignal} [signal]
 */
export async function ensureBuild(root, note, signal) {
  // Inside node_modules, so that new dependencies mean a new build.
  const stamp = path.join(root, 'node_modules', '.sluice-build');
  const hash = hashSources(root);
  if (missingOutputs(root).length === 0 && readStamp(stamp) === hash) {
    note('up to date');
    return;
  }
  fs.rmSync(stamp, { force: true });
  const { ok, output } = await npm(['run', '--silent', 'build'], { cwd: root, ...(signal && { signal }) });
  if (!ok) {
    throw new LaunchFailure('The build failed.', {
      output,
      hint: 'If you changed the code, correct it. If not: remove node_modules and start again.',
    });
  }
  const missing = missingOutputs(root);
  if (missing.length > 0)
    throw new LaunchFailure(`The build ended well, but made no ${missing.join(', ')}.`, { output });
  fs.writeFileSync(stamp, `${hash}\n`);
}

/** @param {string} root */
function missingOutputs(root) {
  return Object.values(buildOutputs).filter((file) => !fs.existsSync(path.join(root, file)));
}

/**
 * Contents, not times: a fresh checkout or a switch of branches and back must not cost a build. Needs no git.
 * @param {string} root
 */
export function hashSources(root) {
  const hash = createHash('sha256');
  const files = [...SOURCE_FILES, ...SOURCE_FOLDERS.flatMap((folder) => filesBelow(root, folder))];
  for (const file of files) {
    const full = path.join(root, file);
    if (!fs.existsSync(full)) continue;
    hash.update(`${file}\0${fs.statSync(full).size}\0`).update(fs.readFileSync(full));
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(root, folder) {
  const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const place = path.join(folder, entry.name);
      if (NOT_SOURCES.has(entry.name)) return [];
      return entry.isDirectory() ? filesBelow(root, place) : entry.isFile() ? [place] : [];
    });
}

/** @param {string} stamp */
function readStamp(stamp) {
  return fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8').trim() : null;
}
