import { importFile } from '../projects/import-file.ts';
import type { Workspace } from '../projects/read-workspace.ts';

const file = 'apps/cli/src/reference.ts';

/** Reads the page that the command-line program writes about itself. */
export async function readCliPage(workspace: Workspace): Promise<string> {
  const { commandReference } = await importFile(workspace, file);
  if (typeof commandReference !== 'function') throw new Error(`${file} exports no commandReference.`);
  return String(commandReference());
}
