import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../projects/read-workspace.ts';
import { referenceFolder } from './reference-pages.ts';

/** The pages on disk that are not what they should be: outdated, missing, or left over. */
export function stalePages(workspace: Workspace, pages: ReadonlyMap<string, string>): string[] {
  const folder = join(workspace.root, referenceFolder);
  const outdated = [...pages].filter(([path, text]) => !isOnDisk(join(folder, path), text)).map(([path]) => path);
  return [...outdated, ...leftOver(folder, pages)].sort();
}

/** Files below the folder that no page belongs to. */
export function leftOver(folder: string, pages: ReadonlyMap<string, string>): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.(?:md|json)$/.test(path) && !pages.has(path),
  );
}

/** Whether a file has exactly this text. */
export function isOnDisk(file: string, text: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8') === text;
}
