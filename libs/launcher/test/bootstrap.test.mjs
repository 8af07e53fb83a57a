import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureBuild } from '../src/bootstrap/build.mjs';
import { ensureDependencies } from '../src/bootstrap/dependencies.mjs';
import { pinnedNodePath } from '../src/node-binary.mjs';

const INSTALL = `
import fs from 'node:fs';
import path from 'node:path';
const put = (file, text) => { fs.mkdirSync(path.dirname(file), { recursive: true }); fs.writeFileSync(file, text); };
const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
for (const [place, { version, cpu }] of Object.entries(packages)) if (place && !cpu?.includes('mips')) put(place + '/package.json', JSON.stringify({ version }));
put(${JSON.stringify('NODE')}, '');
put('node_modules/.package-lock.json', '{}');
`;
const BUILD = `
import fs from 'node:fs';
for (const app of ['control-plane/dist/main.js', 'dataplane/dist/main.js', 'dashboard/dist/index.html']) {
  fs.mkdirSync('apps/' + app.replace(/[^/]*$/, ''), { recursive: true });
  fs.writeFileSync('apps/' + app, '');
}
`;
let root = '';
const put = (file, text) => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
};
const npmDoes = (script) => put('npm-does.mjs', script.replace('NODE', pinnedNodePath(root)));
const npmCalls = () =>
  fs.existsSync(`${root}/npm-calls`) ? fs.readFileSync(`${root}/npm-calls`, 'utf8').trim().split('\n') : [];
const lock = (version) =>
  put('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } }));
const quiet = () => {};

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-bootstrap-'));
  vi.stubEnv('npm_execpath', fileURLToPath(new URL('./support/fake-npm.js', import.meta.url)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(root, { recursive: true });
});

test('an installation that fails shows the last output of npm and what to do, and is tried again next time', async () => {
  lock('1.0.0');
  npmDoes(`console.error('npm error code ENOTFOUND'); process.exit(1);`);

  const failure = await ensureDependencies(root, quiet).catch((error) => error);

  expect(failure).toMatchObject({
    output: expect.stringContaining('ENOTFOUND'),
    hint: expect.stringContaining('npm ping'),
  });
  npmDoes(INSTALL);
  await ensureDependencies(root, quiet);
  expect(npmCalls()).toHaveLength(2);
});

test('dependencies are installed without install scripts, once, and again when the lock file asks for something else', async () => {
  lock('1.0.0');
  npmDoes(INSTALL);

  await ensureDependencies(root, quiet);
  await ensureDependencies(root, quiet);
  expect(npmCalls()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)]);
  lock('1.0.1');
  await ensureDependencies(root, quiet);

  expect(npmCalls()).toHaveLength(2);
});

test('a lock file that npm ci refuses for foreign binaries is installed all the same, and must come out as it says', async () => {
  const refuseCi = `if (process.argv[2] === 'ci') { console.error('npm error code EUSAGE'); process.exit(1); }`;
  lock('1.0.0');
  npmDoes(`${INSTALL.replace('JSON.stringify({ version })', `JSON.stringify({ version: '9.9.9' })`)} ${refuseCi}`);
  await expect(ensureDependencies(root, quiet)).rejects.toThrow('something else than package-lock.json says');

  npmDoes(`${INSTALL} ${refuseCi}`);
  await ensureDependencies(root, quiet);

  expect(npmCalls().at(-1)).toMatch(/^install --no-save --ignore-scripts/);
});

test('an interrupted installation is not taken for a complete one', async () => {
  lock('1.0.0');
  npmDoes(INSTALL);
  await ensureDependencies(root, quiet);
  for (const file of ['.sluice-bootstrap', '.package-lock.json']) fs.rmSync(path.join(root, 'node_modules', file));

  await ensureDependencies(root, quiet);

  expect(npmCalls()).toHaveLength(2);
});

test("what a developer's own npm install made is accepted when it is what the lock file says", async () => {
  lock('1.0.0');
  npmDoes(INSTALL);
  await ensureDependencies(root, quiet);
  fs.rmSync(path.join(root, 'node_modules/.sluice-bootstrap'));

  await ensureDependencies(root, quiet);

  expect(npmCalls()).toHaveLength(1);
});

test('a binary for this machine that npm left out is installed; one for another machine is not missed', async () => {
  const platform = (cpu) => ({ version: '1.0.0', optional: true, os: [process.platform], cpu: [cpu] });
  const packages = { 'node_modules/other': platform('mips'), 'node_modules/own': platform(process.arch) };
  put('package-lock.json', JSON.stringify({ packages }));
  npmDoes(INSTALL);
  await ensureDependencies(root, quiet);
  await ensureDependencies(root, quiet);
  expect(npmCalls()).toHaveLength(1);
  fs.rmSync(path.join(root, 'node_modules/own'), { recursive: true });

  await ensureDependencies(root, quiet);

  expect(npmCalls()).toHaveLength(2);
});

test('a build that fails shows its last output, and is tried again next time', async () => {
  put('apps/x/src/main.ts', 'x');
  put('libs/y/src/y.ts', 'y');
  fs.mkdirSync(path.join(root, 'node_modules'));
  npmDoes(`console.log('TS2322 in main.ts'); process.exit(1);`);
  await expect(ensureBuild(root, quiet)).rejects.toMatchObject({ output: expect.stringContaining('TS2322') });

  npmDoes(BUILD);
  await ensureBuild(root, quiet);

  expect(npmCalls()).toEqual(['run --silent build', 'run --silent build']);
});

test('a build is repeated when a source changes or an output is missing, and at no other time', async () => {
  put('apps/x/src/main.ts', 'x');
  put('libs/y/src/y.ts', 'y');
  fs.mkdirSync(path.join(root, 'node_modules'));
  npmDoes(BUILD);
  const calls = async () => {
    await ensureBuild(root, quiet);
    return npmCalls().length;
  };

  expect(await calls()).toBe(1);
  fs.utimesSync(path.join(root, 'libs/y/src/y.ts'), 1, 1);
  expect(await calls()).toBe(1);
  put('libs/y/src/y.ts', 'z');
  expect(await calls()).toBe(2);
  put('libs/y/src/new.ts', '');
  expect(await calls()).toBe(3);
  fs.rmSync(path.join(root, 'apps/dashboard/dist'), { recursive: true });
  expect(await calls()).toBe(4);
});
