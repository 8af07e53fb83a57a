import { type Argument, type Command, globalOptions, type Option } from './command.ts';
import type { Section } from './commands.ts';

const WIDTH = 100;

/** What the program can do. */
export function overviewHelp(sections: readonly Section[]): string {
  const width = Math.max(...sections.flatMap(({ commands }) => commands.map(({ words }) => words.join(' ').length)));
  const parts = sections.map(({ title, commands }) =>
    [title, ...commands.map(({ words, summary }) => `  ${words.join(' ').padEnd(width)}  ${summary}`)].join('\n'),
  );
  return [
    'sluice: the configuration of gateways, from a terminal',
    '',
    'sluice COMMAND [ARGUMENTS] [OPTIONS]',
    ...parts.map((part) => `\n${part}`),
    '',
    'sluice COMMAND --help tells more about each.',
    'Exit status: 0 done, 1 refused, 2 wrong use, 3 no control plane, 4 not allowed, 5 differences.',
    '',
  ].join('\n');
}

/** What one command takes, and what it is good for. */
export function commandHelp(command: Command): string {
  const { words, summary, description, examples } = command;
  const wanted = (command.arguments ?? []).map(({ name, description: what }) => [name, what] as const);
  return [
    `${summary}.`,
    ...(description ? ['', ...wrapped(description)] : []),
    '',
    usageLine(command),
    ...sectionOf('Arguments', wanted),
    ...sectionOf('Options', (command.options ?? []).map(optionRow)),
    ...sectionOf('Options of every command', globalOptions.map(optionRow)),
    '',
    'Examples:',
    ...examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  sluice ${line}`]),
    '',
    `More: docs/reference/cli.md, "sluice ${words.join(' ')}"`,
    '',
  ].join('\n');
}

/** The command line in one line. */
export function usageLine({ words, arguments: wanted = [], options = [] }: Command): string {
  return ['sluice', ...words, ...wanted.map(argumentText), ...(options.length > 0 ? ['[OPTIONS]'] : [])].join(' ');
}

/** An option as it is typed. */
export function optionText({ name, short, value, choices }: Option): string {
  const takes = value === undefined ? '' : ` ${choices ? choices.join('|') : value}`;
  return `${short ? `-${short}, ` : ''}--${name}${takes}`;
}

function optionRow(option: Option): readonly [string, string] {
  return [optionText(option), `${option.description}${option.isRepeated ? ' (several times)' : ''}`];
}

function argumentText({ name, isOptional, isRepeated }: Argument): string {
  const text = isRepeated ? `${name}...` : name;
  return isOptional ? `[${text}]` : text;
}

function sectionOf(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', `${title}:`, ...rows.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`)];
}

function wrapped(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
