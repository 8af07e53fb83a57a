import { Client } from './client.ts';
import { CliError, exitStatus } from './cli-error.ts';
import { findCommand, readGiven } from './command-line.ts';
import type { Command, Given, Io } from './command.ts';
import { commands, commandSections } from './commands.ts';
import { connectionOf } from './config/connection.ts';
import { commandHelp, overviewHelp } from './help.ts';
import { type Form, Printer } from './output/printer.ts';

/** Runs a command line and answers the exit status. What goes wrong is told on stderr. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  try {
    const command = findCommand(commands, args);
    if (!command) return await overview(args, io);
    // Whoever asks for help has not typed everything yet.
    if (args.includes('--help') || args.includes('-h')) {
      await io.stdout(commandHelp(command));
      return exitStatus.done;
    }
    return await runCommand(command, readGiven(command, args), io);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.stderr(`error: ${error.message}\n${error.details.map((line) => `  ${line}\n`).join('')}`);
    return error.status;
  }
}

async function runCommand(command: Command, given: Given, io: Io): Promise<number> {
  const print = new Printer((given.option('output') ?? 'table') as Form, io);
  const connection = command.isLocal ? { url: '', token: undefined, group: '' } : connectionOf(given, io);
  const status = await command.run({ given, print, io, client: new Client(connection), group: connection.group });
  return status ?? exitStatus.done;
}

/** Without a command, or with the first word of several, all that there is. */
async function overview(args: readonly string[], io: Io): Promise<number> {
  const [first] = args;
  const isWord = first !== undefined && !first.startsWith('-');
  const own = commandSections.map((section) => ({
    ...section,
    commands: section.commands.filter(({ words }) => !isWord || words[0] === first),
  }));
  await io.stdout(overviewHelp(own.filter((section) => section.commands.length > 0)));
  return args.length === 0 || isWord ? exitStatus.usage : exitStatus.done;
}
