import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Log } from '@sluice/plugin-kit';

/** Opens the access log: standard output, a file that is appended to, or nothing. */
export function openAccessLog(target: string, log: Log): Writable | null {
  if (target === 'off') return null;
  if (target === 'stdout') return process.stdout;
  const file = createWriteStream(target, { flags: 'a', mode: 0o640 });
  file.on('error', (error) => log.error('The access log cannot be written.', { target, reason: error.message }));
  return file;
}
