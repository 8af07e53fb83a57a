import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CliError, exitStatus } from '../cli-error.ts';
import { defineCommand } from '../command.ts';

const launcher = fileURLToPath(new URL('../../../../libs/launcher/bin/admin.mjs', import.meta.url));

const admin = defineCommand({
  words: ['admin'],
  summary: 'Run a command of the control plane on its database, beside it',
  description:
    'The same as `npm run admin`. It takes the database and the key ring, no token: it is the way in when nobody can sign in.',
  arguments: [{ name: 'COMMAND', description: 'Such as reset-password, with what it takes', isRepeated: true }],
  examples: [['admin reset-password', 'print a new password for the administrator']],
  isLocal: true,
  async run({ given }) {
    if (!existsSync(launcher)) throw new CliError('This command runs only in the repository of the control plane.');
    const child = spawn(process.execPath, [launcher, ...given.rest('COMMAND')], { stdio: 'inherit' });
    return new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? exitStatus.failed)));
  },
});

/** What works without a token. */
export const adminCommands = [admin];
