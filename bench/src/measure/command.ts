import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The two cores of a measurement. What is measured has one of its own; load, upstream and this program share the other. */
export const cores = { measured: '0', load: '1' } as const;

/** Runs a program on a core and returns what it prints. */
export async function runOn(core: string, file: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute('taskset', ['-c', core, file, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Moves this program, with its threads, to a core. */
export async function moveTo(core: string): Promise<void> {
  await execute('taskset', ['-a', '-c', '-p', core, String(process.pid)]);
}
