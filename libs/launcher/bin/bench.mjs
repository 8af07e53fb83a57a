#!/usr/bin/env node
import { runBenchmark } from '../src/foreground/run-benchmark.mjs';
import { interruption } from '../src/interruption.mjs';
import { createProgress } from '../src/progress.mjs';
import { runMain } from '../src/run-main.mjs';

await runMain(() =>
  runBenchmark(process.argv[2] ?? '', process.argv.slice(3), createProgress(), interruption().signal),
);
