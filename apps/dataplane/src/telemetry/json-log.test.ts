import { expect, test } from 'vitest';
import { jsonLog, logLevels, parseLogLevel } from './json-log.ts';

test('a level that does not exist is refused with those that do', () => {
  expect(() => parseLogLevel('loud')).toThrow('debug, info, warn, error, silent');
});

test.each(logLevels.map((level, i) => [level, 4 - i] as const))(
  'with the level %s, %i of four lines are written',
  (level, count) => {
    const lines: string[] = [];
    const log = jsonLog(level, (line) => lines.push(line));
    for (const own of ['debug', 'info', 'warn', 'error'] as const) log[own](own);
    expect(lines).toHaveLength(count);
  },
);
