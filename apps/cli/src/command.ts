import type { Client } from './client.ts';
import type { Printer } from './output/printer.ts';

/** An option of a command: `--name`, and its short form where it has one. */
export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What it takes, such as `FILE`; a switch takes nothing. */
  readonly value?: string;
  readonly description: string;
  /** The only words that it takes. */
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly isRepeated?: boolean;
}

/** An argument that stands by its place. */
export interface Argument {
  readonly name: string;
  readonly description: string;
  readonly isOptional?: boolean;
  /** Takes all that follow. */
  readonly isRepeated?: boolean;
  readonly choices?: readonly string[];
}

/** What was typed, taken apart. */
export interface Given {
  /** The value of an argument; only for those that are not optional. */
  argument(name: string): string;
  optional(name: string): string | undefined;
  rest(name: string): readonly string[];
  /** The value of an option. */
  option(name: string): string | undefined;
  options(name: string): readonly string[];
  /** Whether a switch is there. */
  has(name: string): boolean;
}

/** What a command works with. */
export interface Context {
  readonly given: Given;
  readonly client: Client;
  readonly print: Printer;
  readonly io: Io;
  /** The gateway group that is meant. */
  readonly group: string;
}

/** The process around a command. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  stdout(text: string): Promise<void>;
  stderr(text: string): void;
  stdin(): Promise<string>;
}

/** One command. Help, completion and reference are all drawn from it. */
export interface Command {
  /** Its words, such as `['revisions', 'show']`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** What surprises, in sentences. */
  readonly description?: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Command lines without the name of the program, each with what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Works without a control plane. */
  readonly isLocal?: boolean;
  /** The exit status, where it is not 0. */
  run(context: Context): Promise<number | void>;
}

/** Makes a command; exists for the types. */
export function defineCommand(command: Command): Command {
  return command;
}

/** What every command takes. */
export const globalOptions: readonly Option[] = [
  {
    name: 'group',
    short: 'g',
    value: 'GROUP',
    description: 'Gateway group; `default` unless SLUICE_GROUP or the login says another',
  },
  { name: 'output', short: 'o', value: 'FORM', description: 'How to print', choices: ['table', 'json', 'yaml'] },
  { name: 'url', value: 'URL', description: 'Control plane; SLUICE_URL, or that of the login' },
  { name: 'token', value: 'TOKEN', description: 'Token or admin key; better in SLUICE_TOKEN, or kept by the login' },
  { name: 'help', short: 'h', description: 'Tell about the command' },
];
