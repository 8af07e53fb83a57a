import { join } from 'node:path';
import { describe as group, expect, test } from 'vitest';
import { readWorkspace } from '../projects/read-workspace.ts';
import { findViolations } from './find-violations.ts';
import { type RuleName, rules } from './rules.ts';

const canary = readWorkspace(join(import.meta.dirname, 'canary'));

const expected: Readonly<Record<RuleName, string>> = {
  tags: 'libs/untagged/package.json:1',
  'type-boundary': 'libs/contract/src/index.ts:1',
  'plane-boundary': 'apps/control/src/main.ts:1',
  'schemas-door': 'apps/data/src/main.ts:2',
  'testing-from-tests': 'libs/engine/src/index.ts:3',
  'closed-door': 'libs/engine/src/index.ts:2',
  'relative-escape': 'libs/engine/src/index.ts:4',
  'undeclared-dependency': 'libs/engine/src/index.ts:1',
  'unused-dependency': 'apps/data/package.json:1',
  'schema-stands-alone': 'libs/plugins/family/src/first-plugin/schema.ts:1',
  'plugin-stands-alone': 'libs/plugins/family/src/second-plugin/plugin.ts:1',
  'core-names-plugin': 'libs/engine/src/index.ts:7',
};

group('the canary workspace, which breaks every rule once', () => {
  const violations = findViolations(canary);

  test.each(Object.keys(rules) as RuleName[])('%s is noticed, at the line that breaks it, and only there', (rule) => {
    const places = violations.filter((violation) => violation.rule === rule).map(({ file, line }) => `${file}:${line}`);
    expect(places).toEqual([expected[rule]]);
  });

  test('nothing is noticed twice and nothing harmless is noticed', () => {
    expect(violations).toHaveLength(Object.keys(rules).length);
  });
});
