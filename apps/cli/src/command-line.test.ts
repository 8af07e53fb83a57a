import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CliError } from './cli-error.ts';
import { commands } from './commands.ts';
import type { Io } from './command.ts';
import { findCommand } from './command-line.ts';
import { readDocuments } from './input.ts';
import { runCommandLine } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command line; nothing listens where it would call. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const io: Io = {
    env: { HOME: folder, SLUICE_URL: 'http://127.0.0.1:1', ...env },
    stdout: async (text) => void (said.out += text),
    stderr: (text) => void (said.err += text),
    stdin: async () => '',
  };
  return { status: await runCommandLine(args, io), ...said };
}

describe('what makes no sense ends with status 2 and says what would', () => {
  test.each([
    [['lsit', 'routes'], 'Did you mean: sluice list'],
    [['revisions', 'lits'], 'revisions list'],
    [['get', 'route'], 'ID is missing'],
    [['get', 'ruote', 'a'], 'Did you mean route?'],
    [['get', 'route', 'a', 'b'], '"b"'],
    [['get', 'route', 'a', '--nothing'], '--nothing'],
    [['list', 'routes', '-o', 'xml'], '--output is one of table, json, yaml'],
    [['rollback', 'twelve'], 'N is a whole number'],
    [['apply'], 'No file is named'],
    [['apply', '-f', folder, '-l', 'x'], 'KEY=VALUE'],
    [['completion', 'csh'], 'bash, zsh, fish'],
    [['list', 'routes', '--url', 'ftp://x'], 'no address'],
    [['promote', '--select', 'orders'], 'KIND/ID'],
    [['login', 'http://127.0.0.1:1'], 'no token'],
  ])('%j', async (args, message) => {
    writeFileSync(join(folder, 'a.yaml'), 'routes: []\n');
    const { status, err } = await run(args);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('nothing at all gets the overview', async () => {
    expect(await run([])).toMatchObject({ status: 2, out: expect.stringContaining('revisions list') as string });
    expect(await run(['revisions'])).toMatchObject({ status: 2, out: expect.not.stringContaining('drafts') as string });
  });
});

test('a control plane that does not answer is told apart from one that refuses', async () => {
  const { status, err } = await run(['list', 'routes']);
  expect([status, err]).toEqual([3, expect.stringContaining('does not answer')]);
});

test('a login that is broken says which file it is', async () => {
  const home = join(folder, 'broken');
  mkdirSync(join(home, 'sluice'), { recursive: true });
  writeFileSync(join(home, 'sluice/login.json'), '{');
  const { status, err } = await run(['list', 'routes'], { XDG_CONFIG_HOME: home });
  expect([status, err]).toEqual([1, expect.stringContaining('login.json')]);
});

describe('every command', () => {
  test.each(commands.map((command) => [command.words.join(' '), command] as const))(
    '%s explains itself',
    async (words, command) => {
      const { status, out } = await run([...command.words, '--help']);
      expect([status, out.includes(command.summary)]).toEqual([0, true]);
      expect(command.examples.length).toBeGreaterThan(0);
      // The first of several in a pipe is found by its own words.
      const own = command.examples.map(([line]) => line).filter((line) => line.startsWith(words));
      expect(own.length).toBeGreaterThan(0);
      expect(findCommand(commands, command.words)).toBe(command);
      const names = (command.options ?? []).flatMap(({ name, short }) => [name, short ?? name]);
      expect(names.filter((name) => ['g', 'o', 'h', 'group', 'output', 'url', 'token', 'help'].includes(name))).toEqual(
        [],
      );
    },
  );
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('for %s knows every command, and its options', async (shell) => {
    const { out } = await run(['completion', shell]);
    for (const { words, options = [] } of commands) {
      for (const word of words) expect(out).toContain(word);
      for (const { name } of options) expect(out).toContain(name);
    }
  });

  test('is a program that bash runs, and that completes what was begun', async () => {
    const { out } = await run(['completion', 'bash']);
    const complete = (line: string[]): string[] => {
      const script = `${out}\nCOMP_WORDS=(${line.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${line.length - 1}; _sluice; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(complete(['sluice', 'rev'])).toEqual(['revisions', 'revert']);
    expect(complete(['sluice', 'revisions', 's'])).toEqual(['show']);
    expect(complete(['sluice', 'get', 'plugin_c'])).toEqual(['plugin_config']);
    expect(complete(['sluice', 'apply', '--pr'])).toEqual(['--prune']);
    expect(complete(['sluice', 'list', 'route', '-o', 'j'])).toEqual(['json']);
  });
});

describe('files', () => {
  const io: Io = {
    env: { KEY: 'k', PORT: '80' },
    stdout: async () => {},
    stderr: () => {},
    stdin: async () => 'routes: [{id: c}]',
  };
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('of a folder and the standard input become one document', async () => {
    const own = mkdtempSync(join(folder, 'docs-'));
    mkdirSync(join(own, 'deep'));
    writeFileSync(join(own, 'b.yaml'), 'sluice: 1\nroutes:\n  - id: b\n');
    writeFileSync(join(own, 'deep/a.json'), '{"sluice":1,"routes":[{"id":"a"}],"services":[]}');
    writeFileSync(join(own, '.hidden.yaml'), 'routes: [{id: x}]');
    writeFileSync(join(own, 'README.md'), 'no');
    expect(await readDocuments([own, '-'], io)).toEqual({
      sluice: 1,
      routes: [{ id: 'b' }, { id: 'a' }, { id: 'c' }],
      services: [],
    });
  });

  test('take variables from the environment, and no structure', async () => {
    const path = written(
      'env.yaml',
      'consumers:\n  - username: a\n    key: ${{KEY}}\n    port: ${{PORT}}\n    x: a-${{NONE:=b}}\n',
    );
    expect(await readDocuments([path], io)).toEqual({ consumers: [{ username: 'a', key: 'k', port: 80, x: 'a-b' }] });
    await expect(readDocuments([written('missing.yaml', 'a: ${{MISSING}}')], io)).rejects.toThrow('MISSING');
  });

  test.each([
    ['list.yaml', '- a', 'not a mapping'],
    ['bad.yaml', 'a: [', 'bad.yaml: line'],
    ['none/x.yaml', null, 'ENOENT'],
  ])('that cannot be used are named: %s', async (name, text, message) => {
    const path = text === null ? join(folder, name) : written(name, text);
    await expect(readDocuments([path], io)).rejects.toThrow(CliError);
    await expect(readDocuments([path], io)).rejects.toThrow(message);
  });
});
