import { type Argument, type Command, globalOptions, type Option } from './command.ts';
import { commandSections } from './commands.ts';
import { optionText, usageLine } from './help.ts';

/** The reference page of the program: every command, as its own help tells it. */
export function commandReference(): string {
  return [
    '# The command `sluice`',
    'Run it from this repository as `npx sluice`. What it does is `/api/v1`: everything it can, other programs can too.',
    connection,
    '## Options of every command',
    optionTable(globalOptions),
    exitStatuses,
    ...commandSections.flatMap(({ title, commands }) => [`## ${title}`, ...commands.flatMap(commandParts)]),
  ].join('\n\n');
}

const connection = [
  '| Variable | Meaning |',
  '| --- | --- |',
  '| `SLUICE_URL` | Address of the control plane; `http://127.0.0.1:9180` without it and without a login |',
  '| `SLUICE_TOKEN` | Token or admin key |',
  '| `SLUICE_GROUP` | Gateway group; `default` without it |',
  '| `NODE_EXTRA_CA_CERTS` | PEM file of an authority of your own that signed the certificate of the control plane |',
].join('\n');

const exitStatuses = [
  '## Exit status',
  '',
  '| Status | Meaning |',
  '| --- | --- |',
  '| 0 | done |',
  '| 1 | refused by the control plane, or failed |',
  '| 2 | the command line makes no sense |',
  '| 3 | the control plane does not answer |',
  '| 4 | not signed in, or not allowed |',
  '| 5 | there are differences (`diff`, `plan --exit-code`) |',
].join('\n');

function commandParts(command: Command): string[] {
  const { words, summary, description, examples } = command;
  const wanted = command.arguments ?? [];
  const options = command.options ?? [];
  const lines = examples.map(([line, meaning]) => `# ${meaning}\nsluice ${line}`);
  return [
    `### sluice ${words.join(' ')}`,
    `${summary}.${description ? ` ${description}` : ''}`,
    `\`${usageLine(command)}\``,
    ...(wanted.length > 0 ? [argumentTable(wanted)] : []),
    ...(options.length > 0 ? [optionTable(options)] : []),
    ['```sh', ...lines, '```'].join('\n'),
  ];
}

function argumentTable(wanted: readonly Argument[]): string {
  const rows = wanted.map(({ name, description, choices }) => {
    return `| \`${name}\` | ${description}${choices ? `: ${choices.join(', ')}` : ''} |`;
  });
  return ['| Argument | Meaning |', '| --- | --- |', ...rows].join('\n');
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map((option) => {
    const text = optionText(option).replaceAll('|', '\\|');
    return `| \`${text}\` | ${option.description}${option.isRepeated ? ' (several times)' : ''} |`;
  });
  return ['| Option | Meaning |', '| --- | --- |', ...rows].join('\n');
}
