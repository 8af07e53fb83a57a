import { kindWords } from '../kind-argument.ts';
import { type Argument, type Command, globalOptions, type Option } from '../command.ts';

/** What can follow a word, and what it means. */
export interface Next {
  readonly word: string;
  readonly summary: string;
}

/** The words that can begin a command line, or follow a first word. */
export function nextWords(commands: readonly Command[], first?: string): Next[] {
  const at = first === undefined ? 0 : 1;
  const found = new Map<string, string>();
  for (const { words, summary } of commands) {
    const word = words[at];
    if (word === undefined || (first !== undefined && words[0] !== first)) continue;
    found.set(word, words.length === at + 1 ? summary : `${word} ...`);
  }
  return [...found].map(([word, summary]) => ({ word, summary }));
}

/** First words that have other words behind them. */
export function groupedWords(commands: readonly Command[]): string[] {
  return [...new Set(commands.filter(({ words }) => words.length > 1).map(({ words }) => words[0] ?? ''))];
}

/** The options of a command, those of every command included. */
export function optionsOf({ options = [] }: Command): readonly Option[] {
  return [...options, ...globalOptions];
}

/** The words that an argument takes, as far as they are known. */
export function choicesOf({ name, choices }: Argument): readonly string[] {
  return choices ?? (name === 'KIND' ? kindWords() : []);
}

/** Whether an option takes a path. */
export function takesPath({ value }: Option): boolean {
  return value === 'FILE' || value === 'PATH';
}
