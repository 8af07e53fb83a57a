// A launcher whose planes are fakes; the environment says how they behave.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAllInOne } from '../../src/all-in-one/all-in-one.mjs';
import { interruption } from '../../src/interruption.mjs';
import { createProgress } from '../../src/progress.mjs';
import { runMain } from '../../src/run-main.mjs';
import { readSettings } from '../../src/settings.mjs';
import { answersOk } from '../../src/all-in-one/http-probe.mjs';

const fakePlane = fileURLToPath(new URL('./fake-plane.mjs', import.meta.url));
const { FAKE_EVENTS: events = '', FAKE_BEHAVIOUR = '{}', FAKE_FIRST_START: firstStart } = process.env;
const behaviour = JSON.parse(FAKE_BEHAVIOUR);

const fake = (name, port) => ({
  name,
  title: name,
  command: process.execPath,
  args: [fakePlane, name, String(port), events, ...(behaviour[name] ?? [])],
  env: { PATH: process.env.PATH },
  cwd: '/',
  stopSignals: ['SIGTERM'],
  ...(name === 'dataplane' && { reopenSignal: 'SIGUSR1' }),
  readyTimeoutMs: 20_000,
  isReady: () => answersOk(`http://127.0.0.1:${port}/`),
  isAlive: () => answersOk(`http://127.0.0.1:${port}/`),
  checkEveryMs: 100,
});

await runMain(() => {
  const settings = readSettings();
  return runAllInOne({
    settings,
    progress: createProgress(),
    interruption: interruption(),
    prepare: async () => {},
    graceMs: 1500,
    planes: (_settings, databaseUrl) => {
      fs.appendFileSync(events, `database ${databaseUrl}\n`);
      if (firstStart) fs.writeFileSync(path.join(settings.dataDir, 'first-start.json'), firstStart, { mode: 0o600 });
      return [fake('control-plane', settings.ports.admin.port), fake('dataplane', settings.ports.control.port)];
    },
  });
});
