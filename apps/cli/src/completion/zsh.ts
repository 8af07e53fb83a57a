import type { Command, Option } from '../command.ts';
import { choicesOf, groupedWords, nextWords, optionsOf, takesPath } from './words.ts';

/** Completion for zsh, with what each word and option means. */
export function zshCompletion(commands: readonly Command[]): string {
  const groups = groupedWords(commands);
  const seconds = groups.map(
    (first) =>
      `    ${first}) if (( CURRENT == 3 )); then ${described(nextWords(commands, first))}; return; fi; command="$words[2] $words[3]" ;;`,
  );
  return `#compdef sluice
_sluice() {
  if (( CURRENT == 2 )); then ${described(nextWords(commands))}; return; fi
  local command="$words[2]"
  case "$command" in
${seconds.join('\n')}
  esac
  shift words; (( CURRENT-- ))
  case "$command" in
${commands.map(caseOf).join('\n')}
  esac
}
_sluice "$@"
`;
}

function described(next: readonly { readonly word: string; readonly summary: string }[]): string {
  return `local -a found=(${next.map(({ word, summary }) => quoted(`${word}:${summary}`)).join(' ')}); _describe command found`;
}

function caseOf(command: Command): string {
  const inGroup = command.words.length > 1 ? 'shift words; (( CURRENT-- )); ' : '';
  const options = optionsOf(command).flatMap(optionSpecs);
  const positions = (command.arguments ?? []).map((argument, i) => {
    const choices = choicesOf(argument);
    const action = choices.length > 0 ? `(${choices.join(' ')})` : argument.name === 'FILE' ? '_files' : ' ';
    return quoted(`${argument.isRepeated ? '*' : i + 1}:${argument.name}:${action}`);
  });
  return `    ${quoted(command.words.join(' '))}) ${inGroup}_arguments ${[...options, ...positions].join(' ')} ;;`;
}

function optionSpecs(option: Option): string[] {
  const { name, short, value, choices, description } = option;
  const action = choices ? `(${choices.join(' ')})` : takesPath(option) ? '_files' : ' ';
  const tail = `[${description.replaceAll(/[[\]:]/g, ' ')}]${value === undefined ? '' : `:${value}:${action}`}`;
  return [`--${name}`, ...(short ? [`-${short}`] : [])].map((flag) => quoted(`*${flag}${tail}`));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
