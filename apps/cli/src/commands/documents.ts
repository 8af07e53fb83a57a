import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { randomUUID } from 'node:crypto';
import { CliError, exitStatus } from '../cli-error.ts';
import { type Context, defineCommand } from '../command.ts';
import { readDocuments } from '../input.ts';
import { groupPath, kindOf } from '../kind-argument.ts';
import { changesText, hasChanges } from '../output/changes.ts';
import {
  confirmOption,
  draftOption,
  dryRunOption,
  expectedHeadOption,
  filesOption,
  forceOption,
  messageOption,
  numberOption,
  pruneOptions,
  writeFields,
  writeQuery,
} from './options.ts';

const kindOption = { name: 'kind', value: 'KIND', description: 'Prune only this kind', isRepeated: true };

const plan = defineCommand({
  words: ['plan'],
  summary: 'Show what applying files would change',
  options: [
    filesOption,
    ...pruneOptions,
    kindOption,
    expectedHeadOption,
    { name: 'exit-code', description: 'End with status 5 where there are changes' },
  ],
  examples: [
    ['plan -f gateway/', 'what the files of a folder would change'],
    ['plan -f gateway/ --prune --exit-code -g prod', 'the same for a pipeline, with what would be deleted'],
  ],
  async run({ client, group, given, print, io }) {
    const answer = await client.post(groupPath(group, '/plan'), await applyBody({ given, io }));
    await print.told(answer, changesText(answer));
    return given.has('exit-code') && hasChanges(answer) ? exitStatus.different : exitStatus.done;
  },
});

const apply = defineCommand({
  words: ['apply'],
  summary: 'Make a group what files say, as one revision',
  description: 'Applied again, the same files change nothing.',
  options: [
    filesOption,
    ...pruneOptions,
    kindOption,
    expectedHeadOption,
    messageOption,
    dryRunOption,
    draftOption,
    forceOption,
    confirmOption,
  ],
  examples: [
    ['apply -f gateway/ -m "$(git log -1 --format=%s)"', 'the files of a folder, in the words of the last commit'],
    ['apply -f gateway/ --prune -l team=shop', 'and delete what the team has taken out of them'],
    ['export | sed s/old/new/ | sluice apply -f -', 'edit everything at once'],
  ],
  async run({ client, group, given, print, io }) {
    const answer = await client.post(groupPath(group, '/apply'), await applyBody({ given, io }), writeQuery(given));
    await print.told(answer, changesText(answer));
  },
});

const diff = defineCommand({
  words: ['diff'],
  summary: 'Show how a group differs from files',
  description: 'As `plan --prune --exit-code`: the status is 5 where there are differences.',
  options: [
    filesOption,
    {
      name: 'selector',
      short: 'l',
      value: 'KEY=VALUE',
      description: 'Look only at what has this label',
      isRepeated: true,
    },
  ],
  examples: [['diff -f gateway/', 'has somebody changed the group by hand?']],
  async run({ client, group, given, print, io }) {
    const body = { document: await readDocuments(given.options('file'), io), ...writeFields(given), prune: true };
    const answer = await client.post(groupPath(group, '/plan'), body);
    await print.told(answer, changesText(answer));
    return hasChanges(answer) ? exitStatus.different : exitStatus.done;
  },
});

const exportGroup = defineCommand({
  words: ['export'],
  summary: 'Write a group as one document',
  description: 'Equal states give equal bytes, so that the document is at home in a repository.',
  options: [
    { name: 'to', short: 't', value: 'FILE', description: 'File to write; the standard output without it' },
    { name: 'format', value: 'FORM', description: 'Form of the document', choices: ['yaml', 'json'] },
    {
      name: 'secrets',
      value: 'HOW',
      description: 'Leave secrets out, or take them along sealed (admins)',
      choices: ['redacted', 'encrypted'],
    },
    { name: 'revision', value: 'N', description: 'The state after this revision' },
    { name: 'omit-times', description: 'Without times of creation and change' },
  ],
  examples: [
    ['export -g prod -t prod.yaml', 'to a file'],
    ['export --secrets encrypted -t backup.yaml', 'with secrets, for an installation with the same key ring'],
  ],
  async run({ client, group, given, print, io }) {
    const response = await client.stream(groupPath(group, '/export'), {
      format: given.option('format') ?? (given.option('to')?.endsWith('.json') ? 'json' : 'yaml'),
      secrets: given.option('secrets'),
      revision: numberOption(given, 'revision'),
      times: given.has('omit-times') ? 'omit' : undefined,
    });
    const to = given.option('to');
    if (!response.body) throw new CliError('The answer is empty.');
    const parts = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    if (to !== undefined) {
      await writeWhole(parts, to);
      print.remark(`${to}: ${group} at revision ${response.headers.get('x-sluice-revision')}.`);
      return;
    }
    const decoder = new TextDecoder();
    for await (const part of parts) await io.stdout(decoder.decode(part as Uint8Array, { stream: true }));
  },
});

/** The file is there in whole or not at all: an export that breaks off must not be taken for one. */
async function writeWhole(parts: Readable, to: string): Promise<void> {
  const draft = `${to}.${randomUUID()}`;
  try {
    await pipeline(parts, createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { force: true });
    throw new CliError(`${to} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
}

async function applyBody({ given, io }: Pick<Context, 'given' | 'io'>) {
  const only = given.options('kind').map((word) => kindOf(word).name);
  const document = await readDocuments(given.options('file'), io);
  return { document, ...writeFields(given), ...(only.length > 0 && { kinds: only }) };
}

/** A group as a whole, as files say it. */
export const documentCommands = [plan, apply, diff, exportGroup];
