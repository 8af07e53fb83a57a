import { LogFile } from '@sluice/engine';
import type { Log } from '@sluice/plugin-kit';

/** Logs of this thread, for `reopenLogs`. */
const open = new Set<LogFile>();

/** Opens the access log for this thread: standard output, a file that is appended to, or nothing. */
export function openAccessLog(target: string, log: Log): LogFile | null {
  if (target === 'off') return null;
  const onTrouble = (reason: string): void =>
    log.error('The access log cannot be written; its lines are lost.', { target, reason });
  try {
    const file = LogFile.open(target === 'stdout' ? '/dev/stdout' : target, { onTrouble });
    open.add(file);
    return file;
  } catch (error) {
    // Traffic matters more than its log.
    onTrouble(error instanceof Error ? error.message : String(error));
    return null;
  }
}

/** Goes on in new files after the old ones were moved away. */
export function reopenLogs(): void {
  for (const file of open) file.reopen();
}

/** A reader that has gone to sleep must not keep a process from ending. */
const finishMs = 2_000;

/** Resolves when every line is written, or nobody has taken them for a while. */
export async function finishLogs(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, finishMs);
  await Promise.race([Promise.all([...open].map((file) => file.idle())), promise]);
  clearTimeout(timer);
}
