import type { Answer } from '../client.ts';
import { defineCommand } from '../command.ts';
import { groupPath } from '../kind-argument.ts';
import { forceOption } from './options.ts';

const nameArgument = { name: 'NAME', description: 'Name of the group' };

const list = defineCommand({
  words: ['groups', 'list'],
  summary: 'List the gateway groups',
  examples: [['groups list', 'those in which you have a role']],
  async run({ client, print }) {
    const answer = await client.get('/groups');
    await print.list<Answer>(answer, answer.list, [
      { title: 'name', text: ({ name }) => name },
      { title: 'revision', text: ({ revision }) => revision },
      { title: 'resources', text: ({ resource_count: count }) => count },
      { title: 'etcd prefix', text: ({ etcd_prefix: prefix }) => prefix },
      { title: 'description', text: ({ description }) => description },
    ]);
  },
});

const show = defineCommand({
  words: ['groups', 'show'],
  summary: 'Show a gateway group',
  arguments: [nameArgument],
  examples: [['groups show prod', 'its newest revision and its data planes']],
  async run({ client, given, print }) {
    await print.value(await client.get(groupPath(given.argument('NAME'))));
  },
});

const descriptionOption = { name: 'description', short: 'd', value: 'TEXT', description: 'What the group is for' };

const create = defineCommand({
  words: ['groups', 'create'],
  summary: 'Make a gateway group',
  arguments: [nameArgument],
  options: [
    descriptionOption,
    { name: 'etcd-prefix', value: 'PREFIX', description: 'Where it is published in etcd; /sluice/NAME without it' },
  ],
  examples: [['groups create staging -d "Before production"', 'an environment of its own']],
  async run({ client, given, print }) {
    const [description, prefix] = [given.option('description'), given.option('etcd-prefix')];
    const body = {
      name: given.argument('NAME'),
      ...(description !== undefined && { description }),
      ...(prefix !== undefined && { etcd_prefix: prefix }),
    };
    const answer = await client.post('/groups', body);
    await print.told(answer, `Group ${answer.name}. Data planes join it with SLUICE_GROUP=${answer.name}.`);
  },
});

const describe = defineCommand({
  words: ['groups', 'describe'],
  summary: 'Say what a gateway group is for',
  arguments: [nameArgument, { name: 'TEXT', description: 'What the group is for' }],
  examples: [['groups describe staging "Before production"', 'a new description']],
  async run({ client, given, print }) {
    await print.value(await client.patch(groupPath(given.argument('NAME')), { description: given.argument('TEXT') }));
  },
});

const remove = defineCommand({
  words: ['groups', 'delete'],
  summary: 'Delete a gateway group with its history',
  arguments: [nameArgument],
  options: [forceOption],
  examples: [['groups delete staging', 'only where it is empty and no data plane is connected']],
  async run({ client, given, print }) {
    const answer = await client.delete(groupPath(given.argument('NAME')), { force: given.has('force') || undefined });
    await print.told(answer, `Group ${answer.deleted} is gone.`);
  },
});

/** Gateway groups. */
export const groupCommands = [list, show, create, describe, remove];
