import type { Log } from '@sluice/plugin-kit';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** The error log: one JSON object per line on standard error. */
export function jsonLog(minimum: Level = 'info', stream: NodeJS.WritableStream = process.stderr): Log {
  const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];
  const write = (level: Level) => (message: string, fields?: object) => {
    if (levels.indexOf(level) < levels.indexOf(minimum)) return;
    stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
