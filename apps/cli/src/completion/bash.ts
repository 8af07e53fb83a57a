import type { Command } from '../command.ts';
import { choicesOf, groupedWords, nextWords, optionsOf } from './words.ts';

/** Completion for bash: words, options, kinds, and files where files are meant. */
export function bashCompletion(commands: readonly Command[]): string {
  const groups = groupedWords(commands);
  const seconds = groups.map((first) => `    ${first}) words="${words(nextWords(commands, first))}" ;;`);
  return `# bash completion for sluice
_sluice() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" choices="" files=0
  local command="\${COMP_WORDS[1]}"
  case "$command" in
    ${groups.join('|')}) [ "$COMP_CWORD" -gt 2 ] && command="$command \${COMP_WORDS[2]}" ;;
  esac
  case "$COMP_CWORD:$command" in
    1:*) words="${words(nextWords(commands))}" ;;
${seconds.map((line) => line.replace('    ', '    2:')).join('\n')}
  esac
  case "$command" in
${commands.map(caseOf).join('\n')}
  esac
  case "$previous" in
    --output|-o) words="table json yaml" ;;
    --file|-f|--to|-t) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ "$files" = 1 ] && [[ "$current" != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
  COMPREPLY=($(compgen -W "$words $choices" -- "$current"))
}
complete -o filenames -F _sluice sluice
`;
}

function caseOf(command: Command): string {
  const options = optionsOf(command).flatMap(({ name, short }) => [`--${name}`, ...(short ? [`-${short}`] : [])]);
  const choices = (command.arguments ?? []).flatMap(choicesOf);
  const files = (command.arguments ?? []).some(({ name }) => name === 'FILE') ? ' files=1' : '';
  return `    "${command.words.join(' ')}") choices="${[...choices, ...options].join(' ')}"${files} ;;`;
}

function words(next: readonly { readonly word: string }[]): string {
  return next.map(({ word }) => word).join(' ');
}
