import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Workspace } from './read-workspace.ts';

/**
 * Loads a module of another project by its place. The generator and the conformance tests walk whatever is there, so
 * there is no list of imports that somebody could forget to extend.
 */
export async function importFile(workspace: Workspace, file: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(workspace.root, file)).href)) as Record<string, unknown>;
}
