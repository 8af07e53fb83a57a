import { isJsonObject, type JsonObject } from '@sluice/schema';
import type { Answer } from '../client.ts';
import { CliError, usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { readValue } from '../input.ts';
import { idArgument, kindArgument, kindOf, resourcePath } from '../kind-argument.ts';
import { confirmOption, dryRunOption, forceOption, messageOption, numberOption, writeQuery } from './options.ts';

const PAGE_SIZE = 500;

const list = defineCommand({
  words: ['list'],
  summary: 'List the resources of a kind',
  arguments: [kindArgument],
  options: [
    { name: 'search', short: 's', value: 'TEXT', description: 'Part of an id, name, path, host or label' },
    { name: 'label', short: 'l', value: 'KEY[:VALUE]', description: 'Only what has this label' },
    { name: 'limit', value: 'N', description: 'At most so many; all without it' },
  ],
  examples: [
    ['list routes', 'all routes of the group'],
    ['list routes -s orders -o json', 'those with `orders` in them, for a program'],
  ],
  async run({ client, group, given, print }) {
    const kind = kindOf(given.argument('KIND'));
    const limit = numberOption(given, 'limit') ?? Infinity;
    const query = { search: given.option('search'), label: given.option('label'), sort: 'id', page_size: PAGE_SIZE };
    const found: Answer[] = [];
    let total = 0;
    for (let page = 1; found.length < limit; page += 1) {
      const answer = await client.get(resourcePath(group, kind), { ...query, page });
      found.push(...answer.list);
      total = answer.total;
      if (answer.list.length < PAGE_SIZE) break;
    }
    const rows = found.slice(0, limit);
    await print.list({ list: rows, total }, rows, [
      { title: 'id', text: ({ id }) => id },
      { title: 'name', text: ({ value }) => value.name },
      { title: 'matches', text: ({ value }) => matchOf(value) },
      { title: 'revision', text: ({ modified_revision: revision }) => revision },
    ]);
  },
});

const get = defineCommand({
  words: ['get'],
  summary: 'Show a resource, secrets masked',
  arguments: [kindArgument, idArgument],
  examples: [
    ['get route orders', 'as YAML, ready to be edited and put'],
    ['get credential jack/phone -o json', 'a credential of the consumer jack'],
  ],
  async run({ client, group, given, print }) {
    const { value } = await client.get(resourcePath(group, kindOf(given.argument('KIND')), given.argument('ID')));
    await print.value(value);
  },
});

const put = defineCommand({
  words: ['put'],
  summary: 'Create or replace a resource',
  description: 'A value `__redacted__` keeps the secret that is stored at its place.',
  arguments: [kindArgument, idArgument],
  options: [
    {
      name: 'file',
      short: 'f',
      value: 'FILE',
      description: 'The value in YAML or JSON; the standard input without it',
    },
    messageOption,
    dryRunOption,
    confirmOption,
  ],
  examples: [
    ['put route orders -f orders.yaml -m "Route orders"', 'from a file'],
    [`put route orders <<< '{"uri": "/orders/*", "service_id": "shop"}'`, 'from the standard input'],
  ],
  async run({ client, group, given, print, io }) {
    const value = await readValue(given.option('file') ?? '-', io);
    if (!isJsonObject(value)) throw new CliError('The value is not a mapping.');
    const path = resourcePath(group, kindOf(given.argument('KIND')), given.argument('ID'));
    const answer = await client.put(path, value as JsonObject, {
      ...writeQuery(given),
      message: given.option('message'),
    });
    for (const warning of answer.warnings ?? []) print.remark(`warning: ${warning}`);
    await print.told(answer, writtenText(answer.revision, given.has('dry-run')));
  },
});

const remove = defineCommand({
  words: ['delete'],
  summary: 'Delete a resource',
  arguments: [kindArgument, idArgument],
  options: [messageOption, dryRunOption, forceOption],
  examples: [['delete route orders -m "No longer served"', 'delete a route']],
  async run({ client, group, given, print }) {
    const path = resourcePath(group, kindOf(given.argument('KIND')), given.argument('ID'));
    const answer = await client.delete(path, { ...writeQuery(given), message: given.option('message') });
    await print.told(answer, writtenText(answer.revision, given.has('dry-run')));
  },
});

/** What a write came to, in one line. */
export function writtenText(revision: number | null, isDryRun: boolean): string {
  if (revision === null) return 'Nothing changed: it is so already.';
  return isDryRun ? `It would be revision ${revision}.` : `Revision ${revision}.`;
}

function matchOf(value: Answer): unknown {
  return (
    value.uri ?? value.uris ?? value.snis ?? value.sni ?? value.username ?? (value.nodes && Object.keys(value.nodes))
  );
}

/** Reads a key such as `route/orders`. */
export function keyOf(text: string): { kind: string; id: string } {
  const at = text.indexOf('/');
  if (at < 1) throw usageError(`"${text}" is no KIND/ID, such as route/orders.`);
  return { kind: kindOf(text.slice(0, at)).name, id: text.slice(at + 1) };
}

/** Resources, one at a time. */
export const resourceCommands = [list, get, put, remove];
