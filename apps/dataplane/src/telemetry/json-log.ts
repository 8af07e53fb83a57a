import { writeSync } from 'node:fs';
import type { Log } from '@sluice/plugin-kit';

/** Levels of the error log, from the talkative one; no line has the last. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The level of that name. Throws where there is none. */
export function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (!level) throw new Error(`There is no log level ${text}: ${logLevels.join(', ')}.`);
  return level;
}

/** An error log whose level can be changed while it is in use. */
export interface LevelledLog extends Log {
  level: LogLevel;
}

/**
 * The error log: one JSON object per line on standard error. Every thread writes its own lines to the file descriptor,
 * whole and at once, so that they neither mix nor wait for another thread.
 */
export function jsonLog(level: LogLevel = 'info', write: (line: string) => void = writeToStandardError): LevelledLog {
  const log = { level };
  const writer = (own: LogLevel) => (message: string, fields?: object) => {
    if (logLevels.indexOf(own) < logLevels.indexOf(log.level)) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level: own, message, ...fields })}\n`);
  };
  return Object.assign(log, {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
  });
}

const standardError = 2;

function writeToStandardError(line: string): void {
  try {
    writeSync(standardError, line);
  } catch (error) {
    // Nobody reads (EPIPE), or not fast enough (EAGAIN): the line is lost, which must not stop traffic.
    if (!['EPIPE', 'EAGAIN'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
