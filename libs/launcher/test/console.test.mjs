import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { banner } from '../src/all-in-one/banner.mjs';
import { planePrograms } from '../src/all-in-one/plane-programs.mjs';
import { interruption } from '../src/interruption.mjs';
import { createProgress } from '../src/progress.mjs';
import { readSettings } from '../src/settings.mjs';
import { rotateLog } from '../src/supervise/log-file.mjs';
import { ConsoleBudget } from '../src/supervise/console-budget.mjs';
import { isLoud, watchLog } from '../src/supervise/log-watch.mjs';

const firstStart = { username: 'admin', password: 'one-time-word', admin_key: 'the-key' };

afterEach(() => vi.useRealTimers());

test('an admin key that the user chose is never printed', () => {
  const text = banner(readSettings({ SLUICE_ADMIN_KEY: 'the-key' }), firstStart, '/logs');

  expect(text).not.toContain('the-key');
  expect(text).toContain('the one in SLUICE_ADMIN_KEY');
  expect(text).toContain('"X-API-KEY: $SLUICE_ADMIN_KEY"');
});

test('the first start shows URL, name, password and key once, and two lines that can be pasted', () => {
  const text = banner(readSettings({}), firstStart, '/logs');

  for (const part of ['http://127.0.0.1:9180/', 'admin', 'one-time-word', 'the-key']) expect(text).toContain(part);
  const [create, call] = text.split('\n').filter((line) => line.startsWith('curl '));
  expect(JSON.parse(/-d '(.*)'$/.exec(create)[1])).toEqual({
    uri: '/hello',
    plugins: { 'proxy-rewrite': { uri: '/healthz' } },
    upstream: { type: 'roundrobin', nodes: { '127.0.0.1:9180': 1 } },
  });
  expect(call).toBe('curl -i http://127.0.0.1:9080/hello');
});

test('the data plane is not told the secrets of the control plane', () => {
  const env = {
    SLUICE_ADMIN_KEY: 'k',
    SLUICE_KEYRING: 'r',
    SLUICE_DATABASE_URL: 'd',
    npm_config_token: 't',
    HOME: '/h',
  };

  const [control, data] = planePrograms(readSettings(env), 'postgres://secret', env).map((program) => program.env);

  expect(control).toMatchObject({
    SLUICE_ADMIN_KEY: 'k',
    SLUICE_KEYRING: 'r',
    SLUICE_DATABASE_URL: 'postgres://secret',
    HOME: '/h',
  });
  expect(data).toMatchObject({ SLUICE_SOURCE: 'control-plane', SLUICE_CONTROL_PLANE: '127.0.0.1:9190', HOME: '/h' });
  for (const name of ['SLUICE_ADMIN_KEY', 'SLUICE_KEYRING', 'SLUICE_DATABASE_URL', 'npm_config_token'])
    expect(data).not.toHaveProperty(name);
});

test.each([
  ['{"level":30,"uri":"/ERROR"}', false],
  ['{"level":50,"msg":"x"}', true],
  ['{"level":"warn"}', true],
  ['{"level":"info","msg":"ERROR"}', false],
  ['2026-11-21 UTC [1] FATAL:  out of disk', true],
  ['2026-11-21 UTC [1] LOG:  ready', false],
  ['TypeError: x is not a function', true],
])('%s reaches the console: %s', (line, expected) => {
  expect(isLoud(line)).toBe(expected);
});

test('what a client wrote into a log cannot steer the terminal', () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-log-')), 'x.log');
  fs.writeFileSync(file, '');
  const shown = [];
  const stop = watchLog(file, (line) => shown.push(line));
  fs.appendFileSync(file, 'ERROR \x1b]0;owned\x07 \x1b[2J \x9b31m\n');
  stop();
  fs.rmSync(path.dirname(file), { recursive: true });

  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatch(/^ERROR [^\p{Cc}]*$/u);
});

test('a log that has grown is put aside at the start, one that has not is continued', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-log-'));
  const file = path.join(directory, 'x.log');
  for (const text of ['first', 'second']) {
    fs.writeFileSync(file, text);
    rotateLog(file, 5);
  }
  fs.writeFileSync(file, 'new');
  rotateLog(file, 5);

  expect(
    fs.readFileSync(file, 'utf8') + fs.readFileSync(`${file}.1`, 'utf8') + fs.readFileSync(`${file}.2`, 'utf8'),
  ).toBe('newsecondfirst');
  fs.rmSync(directory, { recursive: true });
});

test('the log of a running program is put aside when it becomes too large, and goes on in its place', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-log-'));
  const file = path.join(directory, 'x.log');
  const shown = [];
  for (const text of ['ERROR one\n', 'ERROR two\n', 'ERROR six\n', 'ERROR ten\n', 'ERROR end\n']) {
    fs.appendFileSync(file, '');
    const stop = watchLog(file, (line) => shown.push(line), 10);
    fs.appendFileSync(file, text);
    stop();
  }

  expect(shown).toEqual(['ERROR one', 'ERROR two', 'ERROR six', 'ERROR ten', 'ERROR end']);
  const contents = Object.fromEntries(
    fs.readdirSync(directory).map((name) => [name, fs.readFileSync(path.join(directory, name), 'utf8')]),
  );
  expect(contents).toEqual({
    'x.log': '',
    'x.log.1': 'ERROR end\n',
    'x.log.2': 'ERROR ten\n',
    'x.log.3': 'ERROR six\n',
  });
  fs.rmSync(directory, { recursive: true });
});

test('a database that restarts says so once, however many connections it ends, and not everything else is drowned', () => {
  let time = 0;
  const shown = [];
  const budget = new ConsoleBudget(
    (line) => shown.push(line),
    () => time,
  );
  for (let i = 0; i < 100; i += 1)
    budget.say(`2026-11-21 05:00:00.${i} UTC [${i}] FATAL:  terminating connection due to administrator command`);
  budget.say('2026-11-21 05:00:01 UTC [7] FATAL:  the database system is starting up');
  time += 10_000;
  budget.say('ERROR later');
  for (const word of 'abcdefghijklmnop') budget.say(`ERROR another ${word}`);
  budget.close();

  expect(shown.slice(0, 4)).toEqual([
    '2026-11-21 05:00:00.0 UTC [0] FATAL:  terminating connection due to administrator command',
    '2026-11-21 05:00:01 UTC [7] FATAL:  the database system is starting up',
    '... and 99 more like that in its log',
    'ERROR later',
  ]);
  expect(shown.slice(4)).toHaveLength(8);
  expect(shown.at(-1)).toBe('... and 9 more like that in its log');
});

test('a Ctrl-C that arrives twice at once asks to stop; only a later one forces', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const source = new EventEmitter();
  const { signal, force } = interruption(source);

  source.emit('SIGINT');
  vi.advanceTimersByTime(50);
  source.emit('SIGINT');
  expect([signal.aborted, force.aborted]).toEqual([true, false]);
  vi.advanceTimersByTime(1000);
  source.emit('SIGTERM');

  expect(force.aborted).toBe(true);
});

test('without a terminal a step is one plain line, also when something is said meanwhile', async () => {
  let text = '';
  const progress = createProgress(new Writable({ write: (chunk, _encoding, done) => ((text += chunk), done()) }));

  await progress.step('build', (note) => note('up to date'));
  await progress.step('start', () => progress.line('hello'));
  await expect(progress.step('bad', () => Promise.reject(new Error('x')))).rejects.toThrow('x');

  expect(text.replaceAll(/\d\.\d s/g, 'N s')).toBe(
    '  build ... up to date, N s\n  start ... \nhello\n  start ... N s\n  bad ... failed after N s\n',
  );
});
