import { join, resolve, sep } from 'node:path';
import type { Kit } from '@sluice/plugin-kit';

/** Where files may be written: whoever may configure plugins must not thereby be able to write anywhere. */
export interface LogFolders {
  /** Absolute paths, the one for relative paths first. */
  readonly folders: readonly string[];
  /** Whether the gateway makes the folder where there is none: only its own one. */
  readonly isOwn: boolean;
}

/** What `plugin_attr.file-logger.directories` allows; without it `logs` in the data folder of the data plane. */
export function logFolders({ attributes, dataFolder }: Pick<Kit, 'attributes' | 'dataFolder'>): LogFolders {
  const { directories } = attributes;
  const named = Array.isArray(directories)
    ? directories.filter((name): name is string => typeof name === 'string')
    : [];
  return named.length === 0
    ? { folders: [resolve(join(dataFolder, 'logs'))], isOwn: true }
    : { folders: named.map((name) => resolve(name)), isOwn: false };
}

/** The absolute path of a file that may be written; undefined where it may not. The streams of the process always may. */
export function allowedFile({ folders }: LogFolders, path: string): string | undefined {
  if (path === '/dev/stdout' || path === '/dev/stderr') return path;
  const file = resolve(folders[0] ?? '.', path);
  const isInside = folders.some((folder) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep));
  return isInside ? file : undefined;
}
