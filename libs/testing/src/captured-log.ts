import type { Log } from '@sluice/plugin-kit';

/** One line of a log. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines for a test to look at. */
export interface CapturedLog extends Log {
  readonly lines: LogLine[];
}

/** Makes a log that prints nothing. */
export function capturedLog(): CapturedLog {
  const lines: LogLine[] = [];
  const keep =
    (level: LogLine['level']) =>
    (message: string, fields: object = {}): void =>
      void lines.push({ level, message, fields: fields as LogLine['fields'] });
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
