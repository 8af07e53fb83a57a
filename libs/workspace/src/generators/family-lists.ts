/** What is added to one of a family's lists. */
export interface ListEntry {
  /** Exported name: `ipRestrictionSchema`. */
  readonly identifier: string;
  /** Relative file that exports it. */
  readonly from: string;
}

/**
 * Adds an entry to a family's `index.ts` or `schemas.ts`: an import behind the last one, and an item at the end of the
 * one exported list. Throws where the file does not have that form, rather than guess.
 */
export function withEntry(source: string, { identifier, from }: ListEntry): string {
  const lastImport = source.lastIndexOf('\nimport ');
  const endOfImport = source.indexOf('\n', lastImport + 1);
  const list = /= \[([^\]]*)\];/.exec(source);
  if (lastImport < 0 || list === null) throw new Error('The file is not a list of imports and one exported array.');
  const items = list[1]?.split(',').map((item) => item.trim()) ?? [];
  const longer = [...items.filter((item) => item !== ''), identifier].join(', ');
  const rest = source.slice(endOfImport).replace(list[0], `= [${longer}];`);
  return `${source.slice(0, endOfImport)}\nimport { ${identifier} } from '${from}';${rest}`;
}
