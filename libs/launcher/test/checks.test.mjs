import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { summarize } from '../src/checks/run-checks.mjs';
import { planFrom } from '../src/checks/stages.mjs';
import { readVitestReport } from '../src/checks/vitest-report.mjs';

const run = { exitCode: 0, project: 'unit', root: '/repo', isNarrowed: false };
const test1 = (status, extra = {}) => ({ fullName: `it ${status}`, status, duration: 5, ...extra });
const fileOf = (...assertionResults) => ({ name: '/repo/libs/a/x.test.ts', status: 'passed', assertionResults });

function counted(testResults, options = run) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-report-')), 'unit.json');
  if (testResults) fs.writeFileSync(file, JSON.stringify({ testResults }));
  const outcome = readVitestReport(file, options);
  fs.rmSync(path.dirname(file), { recursive: true });
  return outcome;
}

test('a run that left no report is one failure', () => {
  expect(counted(null, { ...run, exitCode: 134 })).toMatchObject({ passed: 0, failed: 1 });
});

test('tests that were skipped or only planned count as failed', () => {
  const outcome = counted([fileOf(test1('passed'), test1('skipped'), test1('pending'), test1('todo'))]);

  expect(outcome).toMatchObject({ passed: 1, failed: 3 });
  expect(outcome.failures).toContain('libs/a/x.test.ts > it skipped (skipped)');
});

test('tests that a name filter left out do not count', () => {
  expect(
    counted([fileOf(test1('passed'), test1('skipped'), test1('failed'))], { ...run, isNarrowed: true }),
  ).toMatchObject({ passed: 1, failed: 1 });
});

test('a file that could not even be loaded is one failure', () => {
  expect(counted([fileOf(test1('passed')), { ...fileOf(), status: 'failed' }], { ...run, exitCode: 1 })).toMatchObject({
    passed: 1,
    failed: 1,
  });
});

test('an error outside of any test is one failure', () => {
  expect(counted([fileOf(test1('passed'))], { ...run, exitCode: 1 })).toMatchObject({ passed: 1, failed: 1 });
});

test('the last line is the count and nothing else, and the ten slowest tests stand above it', () => {
  const slowest = Array.from({ length: 12 }, (_, i) => ({ file: 'f', name: `t${i}`, seconds: i }));
  const lines = [];

  const exitCode = summarize([{ passed: 12, failed: 1, failures: ['lint'], slowest }], (text) =>
    lines.push(...text.split('\n')),
  );

  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toBe('12 passed, 1 failed');
  expect(lines.filter((line) => / s {2}f > t\d/.test(line))).toHaveLength(10);
  expect(lines.join('\n')).not.toContain('t1\n');
});

test('a filter that matches nothing is no success', () => {
  const lines = [];

  expect(summarize([{ passed: 0, failed: 0, failures: [], slowest: [] }], (text) => lines.push(text))).toBe(1);
  expect(lines.at(-1)).toBe('\n0 passed, 1 failed');
});

test.each([
  [[], 'format lint boundaries types build unit integration e2e', []],
  [['--long'], 'format lint boundaries types build unit integration e2e', []],
  [['unit', 'libs/schema'], 'unit', ['libs/schema']],
  [['e2e'], 'build e2e', []],
  [['libs/schema'], 'build unit integration e2e', ['libs/schema']],
  [['lint', 'types'], 'lint types', []],
])('npm test -- %j runs %s', (args, names, filters) => {
  const plan = planFrom(args);

  expect(plan.stages.map(({ name }) => name).join(' ')).toBe(names);
  expect(plan.filters).toEqual(filters);
  expect(plan.isLong).toBe(args.includes('--long'));
});
