import fs from 'node:fs';
import path from 'node:path';
import { ensureBuild } from '../bootstrap/build.mjs';
import { nodeBinary } from '../node-binary.mjs';
import { npm } from '../npm.mjs';
import { repositoryRoot } from '../repository.mjs';
import { runCommand } from '../run-command.mjs';
import { readVitestReport } from './vitest-report.mjs';

/**
 * @typedef {object} StageContext
 * @property {import('./stages.mjs').Plan} plan
 * @property {string} reportDir
 * @property {import('../progress.mjs').Progress} progress
 * @property {AbortSignal} signal
 */

/**
 * Runs one stage and counts it: a vitest project by its tests, anything else as one.
 * @param {import('./stages.mjs').Stage} stage
 * @param {StageContext} context
 * @returns {Promise<import('./vitest-report.mjs').Outcome>}
 */
export async function runStage(stage, context) {
  if (stage.runs === 'vitest') return runVitest(stage.name, context);
  if (stage.runs === 'build') {
    await context.progress.step('build', (note) => ensureBuild(repositoryRoot, note, context.signal));
    return single(stage.name, true);
  }
  const { ok } = await npm(['run', '--silent', stage.script ?? stage.name], {
    cwd: repositoryRoot,
    show: true,
    signal: context.signal,
  });
  return single(stage.name, ok);
}

/**
 * @param {string} name
 * @param {boolean} ok
 * @returns {import('./vitest-report.mjs').Outcome}
 */
export function single(name, ok) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, slowest: [], failures: ok ? [] : [name] };
}

/** @param {string} project @param {StageContext} context */
async function runVitest(project, { plan, reportDir, signal }) {
  const report = path.join(reportDir, `${project}.json`);
  fs.rmSync(report, { force: true });
  const node = nodeBinary();
  const isFiltered = plan.filters.length > 0;
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...plan.filters,
  ];
  const { code } = await runCommand(
    node,
    [
      path.join(repositoryRoot, 'node_modules/vitest/vitest.mjs'),
      ...args,
      ...(isFiltered ? ['--passWithNoTests'] : []),
    ],
    {
      cwd: repositoryRoot,
      show: true,
      signal,
      env: {
        ...process.env,
        // Whatever a test starts by the name "node" is the pinned one.
        PATH: `${path.dirname(node)}:${process.env.PATH}`,
        ...(plan.isLong && { SLUICE_TEST_LONG: '1' }),
      },
    },
  );
  const isNarrowed = plan.filters.some((filter) => /^(-t|--testNamePattern)\b/.test(filter));
  return readVitestReport(report, { exitCode: code, project, root: repositoryRoot, isNarrowed });
}
