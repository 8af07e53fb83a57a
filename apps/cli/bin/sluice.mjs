#!/usr/bin/env node
// Plain JavaScript that any Node understands: the program itself is TypeScript, which takes a newer one to run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TYPESCRIPT_SINCE = 24;
const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const own = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= TYPESCRIPT_SINCE) {
  const { run } = await import(program);
  process.exitCode = await run(process.argv.slice(2));
} else if (existsSync(own)) {
  const { status } = spawnSync(own, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`error: Node ${TYPESCRIPT_SINCE} or newer is needed, this is ${process.version}.\n`);
  process.exitCode = 1;
}
