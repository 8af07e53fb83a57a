import { usageError } from '../cli-error.ts';
import type { Given, Option } from '../command.ts';

/** Files that a command reads. */
export const filesOption: Option = {
  name: 'file',
  short: 'f',
  value: 'PATH',
  description: 'File or folder in YAML or JSON; `-` is the standard input',
  isRepeated: true,
};

/** Why a change is made. */
export const messageOption: Option = {
  name: 'message',
  short: 'm',
  value: 'TEXT',
  description: 'Why, for the history',
};

/** Only tells what would happen. */
export const dryRunOption: Option = { name: 'dry-run', description: 'Say what would happen, and change nothing' };

/** Puts it up for approval. */
export const draftOption: Option = {
  name: 'as-draft',
  description: 'Make a draft of it, as groups under approval demand',
};

/** Deletes also what is in use. */
export const forceOption: Option = { name: 'force', description: 'Also where something else still needs it' };

/** Publishes also what a data plane lacks. */
export const confirmOption: Option = {
  name: 'confirm-missing-plugins',
  description: 'Publish also what a connected data plane cannot run',
};

/** What may be deleted because nobody names it. */
export const pruneOptions: readonly Option[] = [
  { name: 'prune', description: 'Delete what is not named' },
  { name: 'selector', short: 'l', value: 'KEY=VALUE', description: 'Prune only what has this label', isRepeated: true },
];

/** The head that a change was worked out against. */
export const expectedHeadOption: Option = {
  name: 'expected-head',
  value: 'N',
  description: 'Refuse where another revision is the newest by now',
};

/** The fields of a body that the options above say. */
export function writeFields(given: Given) {
  const selector = Object.fromEntries(given.options('selector').map(pairOf));
  const message = given.option('message');
  const head = numberOption(given, 'expected-head');
  return {
    ...(given.has('prune') && { prune: true }),
    ...(Object.keys(selector).length > 0 && { selector }),
    ...(message !== undefined && { message }),
    ...(head !== undefined && { expected_head: head }),
    ...(given.has('as-draft') && { as_draft: true }),
  };
}

/** The query that the options above say. */
export function writeQuery(given: Given) {
  return {
    dry_run: given.has('dry-run') || undefined,
    force: given.has('force') || undefined,
    confirm: given.has('confirm-missing-plugins') ? 'missing_plugins' : undefined,
  };
}

/** An option that takes a whole number. */
export function numberOption(given: Given, name: string): number | undefined {
  const text = given.option(name);
  return text === undefined ? undefined : wholeNumber(text, `--${name}`);
}

/** An argument that is a whole number, such as that of a revision. */
export function numberArgument(given: Given, name: string): number {
  return wholeNumber(given.argument(name), name);
}

function wholeNumber(text: string, name: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usageError(`${name} is a whole number, not "${text}".`);
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw usageError(`--selector takes KEY=VALUE, not "${text}".`);
}
