import fs from 'node:fs';
import path from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { Interrupted } from '../interruption.mjs';
import { describeFailure } from '../launch-failure.mjs';
import { repositoryRoot } from '../repository.mjs';
import { installPackages, missingPackages, testPackages } from './debian-packages.mjs';
import { runStage, single } from './run-stage.mjs';
import { planFrom } from './stages.mjs';
import { slowestTests } from './vitest-report.mjs';

/**
 * Runs everything that proves the product, and ends its output with `N passed, N failed`.
 * @param {readonly string[]} args
 * @param {import('../progress.mjs').Progress} progress
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the exit code
 */
export async function runChecks(args, progress, signal) {
  const plan = planFrom(args);
  const reportDir = path.join(repositoryRoot, 'test-results');
  /** @type {Map<string, import('./vitest-report.mjs').Outcome>} */
  const outcomes = new Map();
  try {
    progress.line('Preparing');
    await bootstrap({ progress, build: false, signal });
    await preparePackages(plan, progress, signal);
    fs.mkdirSync(reportDir, { recursive: true });
    for (const stage of plan.stages)
      outcomes.set(stage.name, await check(stage, { plan, reportDir, progress, signal }, outcomes));
  } catch (error) {
    progress.line(`\n${describeFailure(error)}`);
    outcomes.set(
      error instanceof Interrupted ? 'interrupted' : 'preparation',
      single(error instanceof Interrupted ? 'interrupted' : 'preparation', false),
    );
  }
  return summarize([...outcomes.values()], progress.line);
}

/**
 * A failing stage does not stop the next ones, except those that need what it makes.
 * @param {import('./stages.mjs').Stage} stage
 * @param {import('./run-stage.mjs').StageContext} context
 * @param {ReadonlyMap<string, import('./vitest-report.mjs').Outcome>} outcomes
 */
async function check(stage, context, outcomes) {
  const { progress } = context;
  const since = performance.now();
  progress.line(`\n=== ${stage.name}`);
  if (stage.needsBuild && outcomes.get('build')?.failed) {
    progress.line('Not run: the build failed.');
    return { passed: 0, failed: 1, slowest: [], failures: [`${stage.name} (not run: the build failed)`] };
  }
  try {
    const outcome = await runStage(stage, context);
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    progress.line(`=== ${stage.name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s`);
    return outcome;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    progress.line(describeFailure(error));
    return single(stage.name, false);
  }
}

/** @param {import('./stages.mjs').Plan} plan @param {import('../progress.mjs').Progress} progress @param {AbortSignal} signal */
async function preparePackages(plan, progress, signal) {
  const missing = plan.stages.some(({ needsBuild }) => needsBuild) ? missingPackages(testPackages) : [];
  if (missing.length > 0)
    await progress.step(`Debian packages: ${missing.map(({ name }) => name).join(', ')}`, () =>
      installPackages(missing, signal),
    );
}

/**
 * @param {readonly import('./vitest-report.mjs').Outcome[]} outcomes
 * @param {(text: string) => void} print
 */
export function summarize(outcomes, print) {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  // A filter that matches nothing must not look like success.
  if (passed === 0 && failures.length === 0) failures.push('no test matches');
  const slowest = slowestTests(outcomes.flatMap((outcome) => outcome.slowest));
  if (slowest.length > 0) print('\nSlowest tests');
  for (const { file, name, seconds } of slowest) print(`  ${seconds.toFixed(1).padStart(6)} s  ${file} > ${name}`);
  if (failures.length > 0) print('\nFailed');
  for (const failure of failures) print(`  ${failure}`);
  print(`\n${passed} passed, ${failures.length} failed`);
  return failures.length > 0 ? 1 : 0;
}
