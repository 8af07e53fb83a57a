import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Io } from './command.ts';
import { runCommandLine } from './run.ts';

const io: Io = {
  env: process.env,
  stdout: async (part) => {
    // Whoever reads slowly is waited for: an export may be larger than memory.
    if (!process.stdout.write(part)) await once(process.stdout, 'drain');
  },
  stderr: (part) => void process.stderr.write(part),
  stdin: () => text(process.stdin),
};

/** Runs the program; answers its exit status. */
export async function run(args: readonly string[]): Promise<number> {
  // Whoever reads may have had enough, as `head` has.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  return runCommandLine(args, io);
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2));
