import type { Command, Option } from '../command.ts';
import { choicesOf, groupedWords, nextWords, optionsOf, takesPath } from './words.ts';

/** Completion for fish, with what each word and option means. */
export function fishCompletion(commands: readonly Command[]): string {
  const firsts = nextWords(commands).map(({ word, summary }) => line(`-n __fish_use_subcommand -a ${word}`, summary));
  const seconds = groupedWords(commands).flatMap((first) => {
    const own = nextWords(commands, first);
    const none = `__fish_seen_subcommand_from ${first}; and not __fish_seen_subcommand_from ${own.map(({ word }) => word).join(' ')}`;
    return own.map(({ word, summary }) => line(`-n ${quoted(none)} -a ${word}`, summary));
  });
  return [
    '# fish completion for sluice',
    'complete -c sluice -f',
    ...firsts,
    ...seconds,
    ...commands.flatMap(linesOf),
    '',
  ].join('\n');
}

function linesOf(command: Command): string[] {
  const here = quoted(command.words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and '));
  const choices = (command.arguments ?? []).flatMap(choicesOf);
  const files = (command.arguments ?? []).some(({ name }) => name === 'FILE')
    ? [`complete -c sluice -n ${here} -F`]
    : [];
  return [
    ...files,
    ...(choices.length > 0 ? [`complete -c sluice -n ${here} -a ${quoted(choices.join(' '))}`] : []),
    ...optionsOf(command).map((option) => line(`-n ${here} ${flags(option)}`, option.description)),
  ];
}

function flags(option: Option): string {
  const { name, short, value, choices } = option;
  const needs =
    value === undefined ? '' : takesPath(option) ? ' -r -F' : choices ? ` -x -a ${quoted(choices.join(' '))}` : ' -x';
  return `-l ${name}${short ? ` -s ${short}` : ''}${needs}`;
}

function line(conditions: string, description: string): string {
  return `complete -c sluice ${conditions} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
