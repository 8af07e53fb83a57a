import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startUpstream, type Upstream } from './contestants/servers.ts';
import { cores, moveTo } from './measure/command.ts';

/** What every comparison of requests stands in. */
export interface Frame {
  /** Folder for files of the run; gone after it. */
  readonly directory: string;
  readonly upstream: Upstream;
  /** Says what is being done. */
  note(text: string): void;
}

/** Moves this process to the core of the load, starts the upstream, and cleans up behind `run`. */
export async function inFrame(run: (frame: Frame) => Promise<void>): Promise<void> {
  await moveTo(cores.load);
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  // The workers of nginx run as another user.
  await chmod(directory, 0o755);
  try {
    await using upstream = await startUpstream(directory);
    await run({ directory, upstream, note });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** On a terminal, each note takes the place of the one before. */
export function note(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\x1b[2K\r${text}`);
}
