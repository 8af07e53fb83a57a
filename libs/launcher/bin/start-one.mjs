#!/usr/bin/env node
import { startOne } from '../src/foreground/start-one.mjs';
import { interruption } from '../src/interruption.mjs';
import { createProgress } from '../src/progress.mjs';
import { runMain } from '../src/run-main.mjs';
import { readSettings } from '../src/settings.mjs';

await runMain(() => {
  const name = process.argv[2] ?? '';
  return startOne({ name, settings: readSettings(), progress: createProgress(), signal: interruption().signal });
});
