import { resolve } from 'node:path';
import { readWorkspace } from '../projects/read-workspace.ts';
import { findViolations } from './find-violations.ts';
import { describe } from './rules.ts';

const root = process.argv[2] ?? resolve(import.meta.dirname, '../../../..');
const workspace = readWorkspace(root);
const violations = findViolations(workspace);
for (const violation of violations) console.error(describe(violation));
if (violations.length > 0) {
  console.error(`\n${violations.length} boundary violations in ${workspace.projects.length} projects.`);
  process.exitCode = 1;
} else {
  console.log(`Boundaries hold: ${workspace.projects.length} projects.`);
}
