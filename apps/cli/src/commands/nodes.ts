import type { Answer } from '../client.ts';
import { defineCommand } from '../command.ts';
import { groupPath } from '../kind-argument.ts';

const idArgument = { name: 'ID', description: 'Id of the data plane' };

const list = defineCommand({
  words: ['nodes', 'list'],
  summary: 'List the data planes of a group',
  examples: [['nodes list -g prod', 'which revision each of them serves']],
  async run({ client, group, print }) {
    const answer = await client.get(groupPath(group, '/instances'));
    await print.list<Answer>(answer, answer.list, [
      { title: 'id', text: ({ id }) => id },
      { title: 'status', text: ({ status }) => status },
      { title: 'version', text: ({ version }) => version },
      { title: 'revision', text: (one) => one.applied_revision ?? one.revision },
      { title: 'lag', text: ({ lag }) => lag },
      { title: 'last seen', text: ({ last_seen: at }) => at },
    ]);
  },
});

const show = defineCommand({
  words: ['nodes', 'show'],
  summary: 'Show a data plane',
  arguments: [idArgument],
  examples: [['nodes show dp-1', 'everything that it reports']],
  async run({ client, group, given, print }) {
    await print.value(await client.get(groupPath(group, `/instances/${encodeURIComponent(given.argument('ID'))}`)));
  },
});

const drain = defineCommand({
  words: ['nodes', 'drain'],
  summary: 'Have a data plane finish what it does and take nothing new',
  arguments: [idArgument],
  examples: [['nodes drain dp-1', 'before it is stopped']],
  async run({ client, group, given, print }) {
    const answer = await client.post(groupPath(group, `/instances/${encodeURIComponent(given.argument('ID'))}/drain`));
    await print.told(answer ?? {}, `${given.argument('ID')} drains.`);
  },
});

/** Data planes. */
export const nodeCommands = [list, show, drain];
