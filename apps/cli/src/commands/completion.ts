import { type Command, defineCommand } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';

const shells: Readonly<Record<string, (commands: readonly Command[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The command that completes all others, and itself. */
export function completionCommands(others: readonly Command[]): readonly Command[] {
  const completion: Command = defineCommand({
    words: ['completion'],
    summary: 'Print what makes a shell complete command lines',
    arguments: [{ name: 'SHELL', description: 'The shell', choices: Object.keys(shells) }],
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/sluice', 'for bash'],
      ['completion zsh > "${fpath[1]}/_sluice"', 'for zsh'],
      ['completion fish > ~/.config/fish/completions/sluice.fish', 'for fish'],
    ],
    isLocal: true,
    async run({ given, io }) {
      await io.stdout(shells[given.argument('SHELL')]?.([...others, completion]) ?? '');
    },
  });
  return [completion];
}
