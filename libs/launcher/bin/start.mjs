#!/usr/bin/env node
import { runAllInOne } from '../src/all-in-one/all-in-one.mjs';
import { Interrupted, interruption } from '../src/interruption.mjs';
import { createProgress } from '../src/progress.mjs';
import { runMain } from '../src/run-main.mjs';
import { readSettings } from '../src/settings.mjs';

await runMain(async () => {
  try {
    await runAllInOne({ settings: readSettings(), progress: createProgress(), interruption: interruption() });
  } catch (error) {
    // Stopping is how this command ends well, also before everything runs.
    if (!(error instanceof Interrupted)) throw error;
  }
});
