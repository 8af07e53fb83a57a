import { type ResourceKind, kinds } from '@sluice/schema';
import { usageError } from './cli-error.ts';
import type { Argument } from './command.ts';
import { nearest } from './nearest.ts';

/** The kind of a resource, in one of the ways in which people write it. */
export const kindArgument: Argument = {
  name: 'KIND',
  description: 'Kind of resource, such as `route` or `routes`',
};

/** The id of a resource. */
export const idArgument: Argument = { name: 'ID', description: 'Id of the resource; `jack/c1` for one inside another' };

/** The kind that a word means: `route`, `routes`, `plugin-config`, `plugin_configs`. */
export function kindOf(word: string): ResourceKind {
  const name = word.toLowerCase().replaceAll('-', '_');
  for (const kind of kinds.values()) if (kind.name === name || kind.plural === name) return kind;
  const like = nearest(name, kindWords());
  throw usageError(
    `There is no kind of resource "${word}".`,
    like ? `Did you mean ${like}?` : `There are ${kindWords().join(', ')}.`,
  );
}

/** The kinds by their usual names. */
export function kindWords(): string[] {
  return [...kinds.values()].map(({ name }) => name);
}

/** Where a resource is found in `/api/v1`. */
export function resourcePath(group: string, kind: ResourceKind, id?: string): string {
  const path = `/groups/${encodeURIComponent(group)}/resources/${kind.plural}`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}

/** Where what belongs to a group is found. */
export function groupPath(group: string, rest = ''): string {
  return `/groups/${encodeURIComponent(group)}${rest}`;
}
