import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const command = join(import.meta.dirname, 'check.ts');
const canary = join(import.meta.dirname, 'canary');

test('the command fails on a broken workspace and says what to do instead', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, canary], { encoding: 'utf8' });

  expect(status).toBe(1);
  expect(stderr).toContain('libs/engine/src/index.ts:1  undeclared-dependency');
  expect(stderr).toContain("Instead: Add the package to the project's own package.json");
});
