import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readWorkspace } from '../projects/read-workspace.ts';
import { isTestFile, sourceFiles } from '../projects/source-files.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const textOf = (file: string): string => readFileSync(join(workspace.root, file), 'utf8');
const sources = workspace.projects
  .flatMap((project) => sourceFiles(workspace, project))
  .filter((file) => !isTestFile(file))
  .map(textOf)
  .join('\n');

/** What stands in the sources: without the prefix, which some put before it later, and without the part of a histogram. */
const bare = (name: string): string =>
  name.replace(/^(?:apisix|sluice_control_plane|sluice)_/, '').replace(/_(?:bucket|sum|count)$/, '');
const isMade = (name: string): boolean => ["'", '`'].some((end) => sources.includes(bare(name) + end));

test('a metric that nobody makes is found out', () => {
  expect(isMade('sluice_nothing_of_the_kind_total')).toBe(false);
});

test.each([
  'docs/guides/metrics.md',
  'deploy/observability/data-plane-alerts.yaml',
  'deploy/observability/control-plane-alerts.yaml',
])('every metric that %s names is made somewhere', (page) => {
  const names = new Set(textOf(page).match(/\b(?:apisix|sluice|logger|trace|limit)_[a-z_]*[a-z]\b/g));
  expect(names.size).toBeGreaterThan(5);
  expect([...names].filter((name) => !isMade(name))).toEqual([]);
});
