#!/usr/bin/env node
import { runChecks } from '../src/checks/run-checks.mjs';
import { interruption } from '../src/interruption.mjs';
import { createProgress } from '../src/progress.mjs';
import { runMain } from '../src/run-main.mjs';

await runMain(() => runChecks(process.argv.slice(2), createProgress(), interruption().signal));
