import fs from 'node:fs';
import path from 'node:path';

/**
 * @typedef {{ passed: number, failed: number, slowest: SlowTest[], failures: string[] }} Outcome
 * @typedef {{ file: string, name: string, seconds: number }} SlowTest
 *
 * @typedef {object} Report what vitest's JSON reporter writes, as far as it is read here
 * @property {{ name: string, status: string, message?: string, assertionResults: ReportedTest[] }[]} testResults
 * @typedef {{ fullName: string, status: string, duration?: number | null }} ReportedTest
 */

const SLOWEST = 10;

/**
 * Counts a vitest run. A test that did not run counts as failed: nobody should be able to skip one quietly.
 * @param {string} file the report; missing when vitest crashed
 * @param {object} run
 * @param {number} run.exitCode
 * @param {string} run.project
 * @param {string} run.root
 * @param {boolean} run.isNarrowed the command line chose tests by name: the others are not meant to run
 * @returns {Outcome}
 */
export function readVitestReport(file, { exitCode, project, root, isNarrowed }) {
  const report = readReport(file);
  if (report === null)
    return {
      passed: 0,
      failed: 1,
      slowest: [],
      failures: [`${project}: vitest ended without a report (exit code ${exitCode})`],
    };
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: path.relative(root, name) })),
  );
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failures = [
    ...tests
      .filter(({ status }) => isFailure(status, isNarrowed))
      .map(({ file: place, fullName, status }) => `${place} > ${fullName}${status === 'failed' ? '' : ` (${status})`}`),
    ...report.testResults.filter(isBrokenFile).map(({ name }) => `${path.relative(root, name)} (the file itself)`),
  ];
  // An error outside of any test, an unhandled rejection for example.
  if (failures.length === 0 && exitCode !== 0) failures.push(`${project}: vitest ended with exit code ${exitCode}`);
  return { passed, failed: failures.length, slowest: slowestOf(tests), failures };
}

/**
 * @param {readonly SlowTest[]} tests
 * @returns {SlowTest[]}
 */
export function slowestTests(tests) {
  return [...tests].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
}

/** @param {string} status @param {boolean} isNarrowed */
function isFailure(status, isNarrowed) {
  return status !== 'passed' && (status === 'failed' || !isNarrowed);
}

/** @param {Report['testResults'][number]} result */
function isBrokenFile({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

/** @param {readonly (ReportedTest & { file: string })[]} tests */
function slowestOf(tests) {
  return slowestTests(
    tests.map(({ file, fullName, duration }) => ({ file, name: fullName, seconds: (duration ?? 0) / 1000 })),
  );
}

/**
 * @param {string} file
 * @returns {Report | null}
 */
function readReport(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null; // Absent or torn: the caller counts it as a failure.
  }
}
