import type { JsonObject } from '@sluice/schema';
import type { Answer } from '../client.ts';
import { type Command, type Context, defineCommand, type Option } from '../command.ts';
import { readValue } from '../input.ts';
import { groupPath, idArgument, kindArgument, kindOf } from '../kind-argument.ts';
import { confirmOption, dryRunOption, forceOption, messageOption, numberArgument, writeQuery } from './options.ts';

const draftArgument = { name: 'DRAFT', description: 'Number of the draft' };
const commentOption: Option = { name: 'comment', short: 'c', value: 'TEXT', description: 'For the others to read' };

const draftPath = ({ group, given }: Context, rest = ''): string =>
  groupPath(group, `/drafts/${numberArgument(given, 'DRAFT')}${rest}`);

const list = defineCommand({
  words: ['drafts', 'list'],
  summary: 'List the drafts of a group',
  options: [
    { name: 'state', value: 'STATES', description: 'Such as open,in_review; those that are not done without it' },
  ],
  examples: [['drafts list', 'what waits to be published']],
  async run({ client, group, given, print }) {
    const answer = await client.get(groupPath(group, '/drafts'), { state: given.option('state') });
    await print.list<Answer>(answer, answer.list, [
      { title: 'draft', text: ({ id }) => id },
      { title: 'state', text: ({ state }) => state },
      { title: 'author', text: ({ author }) => author },
      { title: 'edits', text: ({ edit_count: count }) => count },
      { title: 'updated', text: ({ updated_at: at }) => at },
      { title: 'message', text: ({ message }) => message },
    ]);
  },
});

const create = defineCommand({
  words: ['drafts', 'create'],
  summary: 'Begin a draft',
  options: [messageOption],
  examples: [['drafts create -m "Move orders to the new cluster"', 'an empty draft']],
  async run({ client, group, given, print }) {
    const message = given.option('message');
    const answer = await client.post(groupPath(group, '/drafts'), message === undefined ? {} : { message });
    await print.told(answer, `Draft ${answer.id}.`);
  },
});

const show = defineCommand({
  words: ['drafts', 'show'],
  summary: 'Show a draft with its edits',
  arguments: [draftArgument],
  examples: [['drafts show 3', 'state, edits and what has happened to it']],
  run: async (context) => context.print.value(await context.client.get(draftPath(context))),
});

const put = defineCommand({
  words: ['drafts', 'put'],
  summary: 'Create or replace a resource in a draft',
  arguments: [draftArgument, kindArgument, idArgument],
  options: [
    {
      name: 'file',
      short: 'f',
      value: 'FILE',
      description: 'The value in YAML or JSON; the standard input without it',
    },
  ],
  examples: [['drafts put 3 route orders -f orders.yaml', 'a route in draft 3']],
  async run(context) {
    const value = (await readValue(context.given.option('file') ?? '-', context.io)) as JsonObject;
    const answer = await context.client.put(editPath(context), { op: 'put', value });
    await context.print.told(answer, `Draft ${answer.draft.id}: ${answer.draft.edit_count} edits.`);
  },
});

const remove = defineCommand({
  words: ['drafts', 'delete'],
  summary: 'Delete a resource in a draft',
  arguments: [draftArgument, kindArgument, idArgument],
  examples: [['drafts delete 3 route orders', 'the route goes when draft 3 is published']],
  async run(context) {
    const answer = await context.client.put(editPath(context), { op: 'delete' });
    await context.print.told(answer, `Draft ${answer.draft.id}: ${answer.draft.edit_count} edits.`);
  },
});

const publish = defineCommand({
  words: ['drafts', 'publish'],
  summary: 'Publish a draft as one revision',
  arguments: [draftArgument],
  options: [messageOption, dryRunOption, forceOption, confirmOption],
  examples: [['drafts publish 3', 'all its edits at once']],
  async run(context) {
    const message = context.given.option('message');
    const path = draftPath(context, '/publish');
    const answer = await context.client.post(path, message === undefined ? {} : { message }, writeQuery(context.given));
    await context.print.told(
      answer,
      context.given.has('dry-run') ? 'It can be published.' : `Revision ${answer.revision}.`,
    );
  },
});

/** Steps of a review differ in their word; a verdict is about the version that was looked at. */
function step(word: string, summary: string, isVerdict: boolean): Command {
  return defineCommand({
    words: ['drafts', word],
    summary,
    arguments: [draftArgument],
    options: [commentOption],
    examples: [[`drafts ${word} 3`, summary.toLowerCase()]],
    async run(context) {
      const comment = context.given.option('comment');
      const version = isVerdict ? { version: (await context.client.get(draftPath(context))).version } : {};
      const body = { ...version, ...(comment !== undefined && { comment }) };
      const answer = await context.client.post(draftPath(context, `/${word}`), body);
      await context.print.told(answer, `Draft ${answer.id} is ${answer.state.replace('_', ' ')}.`);
    },
  });
}

const discard = defineCommand({
  words: ['drafts', 'discard'],
  summary: 'Give a draft up',
  arguments: [draftArgument],
  examples: [['drafts discard 3', 'nothing of it is published']],
  async run(context) {
    const answer = await context.client.delete(draftPath(context));
    await context.print.told(answer ?? {}, `Draft ${context.given.argument('DRAFT')} is discarded.`);
  },
});

function editPath(context: Context): string {
  const { given } = context;
  return draftPath(
    context,
    `/edits/${kindOf(given.argument('KIND')).name}/${encodeURIComponent(given.argument('ID'))}`,
  );
}

/** Change sets that are not published yet. */
export const draftCommands = [
  list,
  create,
  show,
  put,
  remove,
  step('submit', 'Ask for approval of a draft', false),
  step('withdraw', 'Take a draft back from its review', false),
  step('approve', 'Approve a draft of somebody else', true),
  step('reject', 'Reject a draft', true),
  publish,
  discard,
];
