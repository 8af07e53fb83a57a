import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { usageError } from './cli-error.ts';
import { type Argument, type Command, type Given, globalOptions, type Option } from './command.ts';
import { nearest } from './nearest.ts';

/** A command line, understood. */
export interface CommandLine {
  readonly command: Command;
  readonly given: Given;
}

/** Finds the command that the first words mean; undefined where they are only the beginning of one. */
export function findCommand(commands: readonly Command[], args: readonly string[]): Command | undefined {
  const words = args.slice(0, firstOption(args));
  const matching = commands.filter((command) => command.words.every((word, i) => words[i] === word));
  const command = matching.toSorted((a, b) => b.words.length - a.words.length)[0];
  if (command) return command;
  const [first, second] = words;
  if (first === undefined) return undefined;
  const sharing = commands.filter(({ words: [own] }) => own === first);
  if (sharing.length > 0 && second === undefined) return undefined;
  const known =
    sharing.length > 0
      ? sharing.map(({ words: own }) => own.join(' '))
      : commands.map(({ words: own }) => own.join(' '));
  const typed = sharing.length > 0 ? `${first} ${second}` : first;
  const like = nearest(typed, known);
  throw usageError(
    `There is no command "${typed}".`,
    ...(like ? [`Did you mean: sluice ${like}`] : ['sluice --help lists all commands.']),
  );
}

/** Takes apart what follows the words of a command. */
export function readGiven(command: Command, args: readonly string[]): Given {
  const all = [...(command.options ?? []), ...globalOptions];
  const parsed = parse(command, args, all);
  const positionals = parsed.positionals;
  const values = new Map(Object.entries(parsed.values));
  for (const option of all) requireChoice(`--${option.name}`, option.choices, textsOf(values.get(option.name)));
  const named = readArguments(command, positionals);
  return {
    argument: (name) => named.get(name)?.[0] ?? '',
    optional: (name) => named.get(name)?.[0],
    rest: (name) => named.get(name) ?? [],
    option: (name) => textsOf(values.get(name)).at(-1),
    options: (name) => textsOf(values.get(name)),
    has: (name) => values.get(name) === true,
  };
}

function firstOption(args: readonly string[]): number {
  const at = args.findIndex((arg) => arg.startsWith('-'));
  return at < 0 ? args.length : at;
}

function parse(command: Command, args: readonly string[], all: readonly Option[]) {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    all.map(({ name, short, value }) => [
      name,
      {
        type: value === undefined ? 'boolean' : 'string',
        multiple: value !== undefined,
        ...(short !== undefined && { short }),
      },
    ]),
  );
  try {
    return parseArgs({ args: args.slice(command.words.length), options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw usageError(`${message}.`, `sluice ${command.words.join(' ')} --help tells what it takes.`);
  }
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
}

function readArguments(
  { arguments: wanted = [], words }: Command,
  positionals: readonly string[],
): Map<string, string[]> {
  const named = new Map<string, string[]>();
  let at = 0;
  for (const argument of wanted) {
    const values = argument.isRepeated ? positionals.slice(at) : positionals.slice(at, at + 1);
    if (values.length === 0 && !argument.isOptional) throw missing(argument, words);
    requireChoice(argument.name, argument.choices, values);
    named.set(argument.name, values);
    at += values.length;
  }
  const left = positionals[at];
  if (left !== undefined)
    throw usageError(`Nobody knows what "${left}" is for.`, `sluice ${words.join(' ')} --help tells.`);
  return named;
}

function missing({ name, description }: Argument, words: readonly string[]): Error {
  return usageError(
    `${name} is missing: ${description.charAt(0).toLowerCase()}${description.slice(1)}.`,
    `sluice ${words.join(' ')} --help`,
  );
}

function requireChoice(name: string, choices: readonly string[] | undefined, values: readonly string[]): void {
  const wrong = choices && values.find((value) => !choices.includes(value));
  if (wrong !== undefined) throw usageError(`${name} is one of ${choices?.join(', ')}, not "${wrong}".`);
}
