import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres, type TestDatabase } from '@sluice/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlPlaneProcess } from './control-plane-process.ts';

const program = join(import.meta.dirname, '../dist/main.js');
let postgres: TestDatabase;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

async function migrate(...args: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const env = { PATH: process.env.PATH, SLUICE_DATABASE_URL: postgres.url };
  const child = spawn(process.execPath, [program, 'migrate', ...args], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

test.each([[], ['sideways'], ['up', '--yes'], ['status', '2'], ['down', 'all', '--yes'], ['down', '0', '--yes']])(
  'what is not understood does nothing and shows how it is meant: %s %s',
  async (...args) => {
    const { code, output } = await migrate(...args);
    expect(code).toBe(2);
    expect(output).toMatch(/^Usage: migrate status/);
  },
);

test('an empty database is all pending, then up to date, and then there is nothing to do', async () => {
  const before = await migrate('status');
  expect([before.code, before.output]).toEqual([3, expect.not.stringContaining('applied')]);

  expect(await migrate('up')).toMatchObject({ code: 0, output: expect.stringContaining('applied  Configuration') });
  expect(await migrate('status')).toMatchObject({ code: 0, output: expect.not.stringContaining('pending') });
  expect(await migrate('up')).toEqual({ code: 0, output: 'Nothing to do.\n' });
});

test('nothing is taken back that was not meant, and nothing below a control plane that runs', async () => {
  const asked = await migrate('down');
  expect(asked).toMatchObject({ code: 2, output: expect.stringMatching(/^would take back .*\nNothing was done/) });
  await using _running = await ControlPlaneProcess.start({ SLUICE_DATABASE_URL: postgres.url });
  const refused = await migrate('down', '--yes');
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('control planes are connected') });
  expect((await migrate('status')).code).toBe(0);
});

test('what is meant is taken back and can be done again', async () => {
  const down = await migrate('down', '2', '--yes', '--force');
  expect(down.code).toBe(0);
  expect(down.output.match(/^taken back {2}\w+$/gm)).toHaveLength(2);
  expect((await migrate('status')).code).toBe(3);
  expect((await migrate('up')).code).toBe(0);
});
