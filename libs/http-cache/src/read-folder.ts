import { opendir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@sluice/plugin-kit';
import { folderOf } from './cache-file.ts';
import { DiskIndex } from './disk-index.ts';
import { type DiskZoneOptions, sizeKib, temporaryPrefix } from './disk-zone.ts';
import { digestOfName } from './key-hash.ts';

/** A file that has not been moved into its place for so long belongs to a process that has died; in milliseconds. */
const abandonedMs = 3600 * 1000;

/** The folder of a zone, and the memory in which its files are known. */
export type ZoneFolder = Pick<DiskZoneOptions, 'path' | 'levels' | 'memory'>;

/**
 * Makes the files of an earlier process known, and removes what it left half written. Until it is done, files are looked for
 * on the disk. Once for all workers.
 */
export async function readFolder(zone: ZoneFolder, log: Log): Promise<void> {
  const index = new DiskIndex(zone.memory.data);
  try {
    for await (const entry of await opendir(zone.path, { recursive: true })) {
      if (entry.isFile()) await take(zone, join(entry.parentPath, entry.name), entry.name, index);
    }
    index.complete();
  } catch (error) {
    // Nothing has ever been stored.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return index.complete();
    log.error('a folder of the cache cannot be read', { path: zone.path, error: String(error) });
  }
}

async function take({ path: root, levels }: ZoneFolder, path: string, name: string, index: DiskIndex): Promise<void> {
  try {
    const { size, mtimeMs } = await stat(path);
    const isAbandoned = name.startsWith(temporaryPrefix) && Date.now() - mtimeMs > abandonedMs;
    if (isAbandoned) return await unlink(path);
    if (!/^[0-9a-f]{32}$/.test(name)) return;
    const digest = digestOfName(name);
    if (index.find(digest) !== undefined) return;
    const evicted = index.put(digest, sizeKib(size));
    if (evicted !== undefined) await unlink(join(folderOf(root, levels, evicted), evicted));
  } catch {
    // It has gone while the folder was being read.
  }
}
