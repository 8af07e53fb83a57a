#!/usr/bin/env node
import { runAdmin } from '../src/foreground/run-admin.mjs';
import { runMain } from '../src/run-main.mjs';
import { readSettings } from '../src/settings.mjs';

await runMain(() => runAdmin({ args: process.argv.slice(2), settings: readSettings() }));
