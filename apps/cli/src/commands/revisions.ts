import type { Answer } from '../client.ts';
import { type Command, type Context, defineCommand } from '../command.ts';
import { groupPath, idArgument, kindArgument, kindOf } from '../kind-argument.ts';
import { draftOption, dryRunOption, messageOption, numberArgument, numberOption } from './options.ts';
import { writtenText } from './resources.ts';

const numberArg = { name: 'N', description: 'Number of the revision' };

const list = defineCommand({
  words: ['revisions', 'list'],
  summary: 'List the history of a group, newest first',
  options: [
    { name: 'limit', value: 'N', description: 'At most so many; 20 without it' },
    { name: 'before', value: 'N', description: 'Only what is older than this revision' },
    { name: 'author', value: 'NAME', description: 'Only those of this author' },
    { name: 'kind', value: 'KIND', description: 'Only those that changed this kind' },
    { name: 'id', value: 'ID', description: 'Only those that changed this resource' },
    { name: 'text', value: 'WORDS', description: 'Words of a message, an id or a name' },
    { name: 'label', value: 'LABEL', description: 'Only those with this label' },
  ],
  examples: [
    ['revisions list', 'the last twenty'],
    ['revisions list --kind route --id orders', 'who changed the route, and when'],
  ],
  async run({ client, group, given, print }) {
    const kind = given.option('kind');
    const answer = await client.get(groupPath(group, '/revisions'), {
      limit: numberOption(given, 'limit') ?? 20,
      before: numberOption(given, 'before'),
      author: given.option('author'),
      kind: kind === undefined ? undefined : kindOf(kind).name,
      id: given.option('id'),
      text: given.option('text'),
      label: given.option('label'),
    });
    await print.list<Answer>(answer, answer.list, [
      { title: 'revision', text: ({ number }) => number },
      { title: 'time', text: ({ created_at: at }) => at },
      { title: 'author', text: ({ author }) => author },
      { title: 'source', text: ({ source }) => source },
      { title: 'changes', text: ({ change_count: count }) => count },
      { title: 'labels', text: ({ labels }) => labels },
      { title: 'message', text: ({ message }) => message },
    ]);
  },
});

const show = defineCommand({
  words: ['revisions', 'show'],
  summary: 'Show a revision with what it changed',
  arguments: [numberArg],
  examples: [['revisions show 12', 'author, message and changes']],
  async run({ client, group, given, print }) {
    const answer = await client.get(groupPath(group, `/revisions/${numberArgument(given, 'N')}`));
    const { number, author, created_at: at, message, source } = answer;
    await print.told(
      answer,
      `revision ${number} by ${author} at ${at} (${source})\n  ${message || 'no message'}\n\n${changeLines(answer)}`,
    );
  },
});

const diff = defineCommand({
  words: ['revisions', 'diff'],
  summary: 'Compare the states after two revisions',
  arguments: [
    { name: 'N', description: 'The one revision; 0 is the empty state' },
    { name: 'M', description: 'The other; the one after N without it', isOptional: true },
  ],
  examples: [
    ['revisions diff 11 14', 'what three revisions together have changed'],
    ['revisions diff 11', 'what revision 12 changed'],
  ],
  async run({ client, group, given, print }) {
    const from = numberArgument(given, 'N');
    const to = given.optional('M') === undefined ? from + 1 : numberArgument(given, 'M');
    // The newer state is asked for, so that there always is a revision to ask.
    const [older, newer] = [Math.min(from, to), Math.max(from, to)];
    const answer = await client.get(groupPath(group, `/revisions/${newer}/diff`), { against: older });
    await print.told(answer, changeLines(answer));
  },
});

/** The ways back are alike. */
function wayBack(word: string, summary: string, example: string): Command {
  return defineCommand({
    words: [word],
    summary,
    arguments: [numberArg],
    options: [messageOption, dryRunOption, draftOption],
    examples: [
      [`${word} 11 --dry-run`, 'what would happen'],
      [`${word} 11`, example],
    ],
    run: (context) => goBack(context, word, {}),
  });
}

const restore = defineCommand({
  words: ['restore'],
  summary: 'Make one resource what it was after a revision',
  arguments: [numberArg, kindArgument, idArgument],
  options: [messageOption, dryRunOption, draftOption],
  examples: [['restore 11 route orders', 'the route as it was after revision 11']],
  run: (context) =>
    goBack(context, 'restore', { kind: kindOf(context.given.argument('KIND')).name, id: context.given.argument('ID') }),
});

async function goBack({ client, group, given, print }: Context, word: string, about: object): Promise<void> {
  const message = given.option('message');
  const body = {
    ...about,
    ...(message !== undefined && { message }),
    ...(given.has('as-draft') && { as_draft: true }),
  };
  const path = groupPath(group, `/revisions/${numberArgument(given, 'N')}/${word}`);
  const isDryRun = given.has('dry-run');
  const answer = await client.post(path, body, { dry_run: isDryRun || undefined });
  const effect = answer.effect ? `${changeLines(answer.effect)}\n` : '';
  const text = answer.draft ? `Draft ${answer.draft.id}.` : writtenText(answer.revision, isDryRun);
  await print.told(answer, `${effect}${text}`);
}

const history = defineCommand({
  words: ['history'],
  summary: 'Show how a resource came to be what it is',
  arguments: [kindArgument, idArgument],
  examples: [['history route orders', 'every change of the route']],
  async run({ client, group, given, print }) {
    const kind = kindOf(given.argument('KIND'));
    const answer = await client.get(
      groupPath(group, `/history/${kind.plural}/${encodeURIComponent(given.argument('ID'))}`),
    );
    await print.list<Answer>(answer, answer.list, [
      { title: 'revision', text: ({ revision }) => revision },
      { title: 'time', text: ({ created_at: at }) => at },
      { title: 'author', text: ({ author }) => author },
      { title: 'action', text: ({ action }) => action },
      { title: 'fields', text: ({ operations }) => operations?.map(({ path }: { path: string }) => path) },
      { title: 'message', text: ({ message }) => message },
    ]);
  },
});

const blame = defineCommand({
  words: ['blame'],
  summary: 'Show who set each field of a resource',
  arguments: [kindArgument, idArgument],
  options: [{ name: 'revision', value: 'N', description: 'As it was after this revision' }],
  examples: [['blame route orders', 'field by field']],
  async run({ client, group, given, print }) {
    const kind = kindOf(given.argument('KIND'));
    const path = groupPath(group, `/history/${kind.plural}/${encodeURIComponent(given.argument('ID'))}/blame`);
    const answer = await client.get(path, { at: numberOption(given, 'revision') });
    await print.list<Answer>(answer, answer.fields, [
      { title: 'revision', text: ({ revision }) => revision },
      { title: 'author', text: ({ author }) => author },
      { title: 'time', text: ({ created_at: at }) => at },
      { title: 'field', text: ({ path: field }) => field },
      { title: 'value', text: ({ value, secret }) => (secret ? '(secret)' : JSON.stringify(value)) },
    ]);
  },
});

function changeLines(answer: Answer): string {
  const mark: Readonly<Record<string, string>> = { create: '+', update: '~', delete: '-' };
  const lines = answer.changes.flatMap(({ kind, id, action, operations = [] }: Answer) => [
    `${mark[action] ?? '?'} ${kind} ${id}`,
    ...operations.map(operationLine),
  ]);
  if (answer.truncated) lines.push('  (more changes than are listed)');
  return lines.length === 0 ? 'No changes.' : lines.join('\n');
}

function operationLine({ op, path, before, after, secret }: Answer): string {
  if (secret) return `    ${path}: (secret ${op})`;
  return `    ${path}: ${op === 'added' ? '' : JSON.stringify(before)}${op === 'changed' ? ' -> ' : ''}${op === 'removed' ? ' removed' : JSON.stringify(after)}`;
}

/** History, and the ways back. */
export const revisionCommands = [
  list,
  show,
  diff,
  wayBack('rollback', 'Make the whole group what it was after a revision', 'everything as it was after revision 11'),
  wayBack('revert', 'Undo one revision, and nothing else', 'what revision 11 did is undone'),
  restore,
  history,
  blame,
];
