import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { checkExpression } from '@sluice/expr';
import { ending, startGateway, startUpstream, type TestGateway, type TestResource } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { fileLogger } from './plugin.ts';

interface Wanted {
  readonly config?: object;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly attributes?: (folder: string) => Readonly<Record<string, unknown>>;
}

/** A gateway whose requests are logged to a folder of its own. */
async function startLogged({ config = {}, metadata, attributes }: Wanted = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-file-logger-'));
  const upstream = await startUpstream((_req, res) => res.end('answer'));
  const plugins = { 'file-logger': { path: 'a.log', log_format: { uri: '$uri' }, ...config } };
  const resources: TestResource[] = [{ kind: 'route', id: '1', value: { uri: '/*', upstream: upstream.url, plugins } }];
  if (metadata) resources.unshift({ kind: 'plugin_metadata', id: 'file-logger', value: metadata });
  const gateway = await startGateway([fileLogger], resources, {
    attributes: { 'file-logger': attributes?.(folder) ?? { directories: [folder] } },
    dataFolder: folder,
  });
  const linesOf = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
  const given = {
    gateway,
    folder,
    linesOf,
    lines: async (count: number, name = 'a.log') => {
      await eventually(() => expect(linesOf(name)).toHaveLength(count));
      return linesOf(name).map((line) => JSON.parse(line) as unknown);
    },
  };
  return ending(given, gateway, upstream, { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) });
}

function lossOf({ engine }: TestGateway): number {
  const [, value = '0'] =
    /logger_entries_dropped_total\{plugin="file-logger"\} (\d+)/.exec(engine.metrics.render()) ?? [];
  return Number(value);
}

const problemOf = (config: object) => fileLogger.schema.extraChecks?.(config as never, { checkVars: checkExpression });

describe('a configuration is refused', () => {
  test.each([
    ['', 'it names no file'],
    ['logs/', 'it names no file'],
    ['../../etc/cron.d/x', 'it must not lead upwards by ".."'],
    ['/var/log/../../etc/passwd', 'it must not lead upwards by ".."'],
    ['a\0b', 'it holds a NUL'],
    ['/dev/sda', 'only ordinary files can be written'],
    ['/proc/self/mem', 'only ordinary files can be written'],
  ])('whose path is %j', (path, why) => {
    expect(problemOf({ path })).toBe(`property "path" validation failed: ${why}`);
  });

  test('whose conditions are none', () => {
    expect(problemOf({ path: 'a', match: [[['arg_a', '??', 1]]] })).toMatch(
      /^failed to validate the 'match' expression/,
    );
    expect(problemOf({ path: 'a', match: [[['arg_a', '==', '1']]] })).toBeUndefined();
    expect(problemOf({ path: '/dev/stdout' })).toBeUndefined();
  });
});

describe('a request does not notice, but the log and a counter tell', () => {
  const told = (gateway: TestGateway, why: string) =>
    eventually(() => {
      expect(gateway.log.lines).toContainEqual(
        expect.objectContaining({
          level: 'error',
          message: 'entries of a logger are lost',
          fields: expect.objectContaining({ why: expect.stringContaining(why) }),
        }),
      );
      expect(lossOf(gateway)).toBe(1);
    });

  test.each(['/etc/sluice-test.log', '/tmp/elsewhere.log'])(
    'that %s is in no folder that may be written',
    async (path) => {
      await using peers = await startLogged({ config: { path } });
      expect((await peers.gateway.get('/')).statusCode).toBe(200);
      await told(peers.gateway, 'is in none of the folders that may be written');
    },
  );

  test('that a folder is missing', async () => {
    await using peers = await startLogged({ config: { path: 'missing/a.log' } });
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await told(peers.gateway, 'ENOENT');
  });

  test('that no path is said anywhere', async () => {
    await using peers = await startLogged({ config: { path: undefined } });
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await told(peers.gateway, 'property "path" is not set in either the plugin conf or the metadata');
  });

  test('that the path leads to a pipe, which nobody reads', async () => {
    await using peers = await startLogged();
    execFileSync('mkfifo', [join(peers.folder, 'a.log')]);
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await told(peers.gateway, 'ENXIO');
  });

  test('that the path leads to a device', async () => {
    await using peers = await startLogged();
    symlinkSync('/dev/null', join(peers.folder, 'a.log'));
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await told(peers.gateway, 'is no ordinary file');
  });
});

test('each request is a line at the end of the file, which others may not read', async () => {
  await using peers = await startLogged();
  writeFileSync(join(peers.folder, 'a.log'), '{"was":"there"}\n', { mode: 0o640 });
  await peers.gateway.get('/a');
  await peers.gateway.get('/b');
  expect(await peers.lines(3)).toEqual([{ was: 'there' }, { uri: '/a', route_id: '1' }, { uri: '/b', route_id: '1' }]);
  expect(statSync(join(peers.folder, 'a.log')).mode & 0o007).toBe(0);
});

test('a new file is begun when the old one was moved away or deleted', async () => {
  await using peers = await startLogged();
  await peers.gateway.get('/1');
  await peers.lines(1);
  renameSync(join(peers.folder, 'a.log'), join(peers.folder, 'a.log.1'));
  await peers.gateway.get('/2');
  expect(await peers.lines(1)).toEqual([{ uri: '/2', route_id: '1' }]);
  rmSync(join(peers.folder, 'a.log'));
  await peers.gateway.get('/3');
  expect(await peers.lines(1)).toEqual([{ uri: '/3', route_id: '1' }]);
  expect(await peers.lines(1, 'a.log.1')).toEqual([{ uri: '/1', route_id: '1' }]);
});

test('a file that cannot be written is tried again with the next lines', async () => {
  await using peers = await startLogged({ config: { path: 'later/a.log' } });
  await peers.gateway.get('/1');
  await eventually(() => expect(lossOf(peers.gateway)).toBe(1));
  execFileSync('mkdir', [join(peers.folder, 'later')]);
  await peers.gateway.get('/2');
  expect(await peers.lines(1, 'later/a.log')).toEqual([{ uri: '/2', route_id: '1' }]);
});

test('without a list of folders, files are in `logs` of the data folder, which is made', async () => {
  await using peers = await startLogged({ attributes: () => ({}) });
  await peers.gateway.get('/1');
  expect(await peers.lines(1, 'logs/a.log')).toHaveLength(1);
});

test('only requests for which one of the conditions holds are logged', async () => {
  const match = [[['arg_name', '==', 'jack']], [['request_method', '==', 'POST']]];
  await using peers = await startLogged({ config: { match } });
  await peers.gateway.get('/none');
  await peers.gateway.get('/jack?name=jack');
  await peers.gateway.request({ method: 'POST', path: '/post' });
  expect(await peers.lines(2)).toMatchObject([{ uri: '/jack' }, { uri: '/post' }]);
});

test('bodies are fields of a format where it names them', async () => {
  const log_format = { sent: '$request_body', inner: { got: '$resp_body' } };
  const config = { log_format, max_req_body_bytes: 3, include_resp_body: true };
  await using peers = await startLogged({ config });
  await peers.gateway.request({ method: 'POST', path: '/', body: 'abcdef' });
  expect(await peers.lines(1)).toMatchObject([{ sent: 'abc', inner: { got: 'answer' } }]);
});

test('path and format may be said for all, and what waits is written when the configuration goes', async () => {
  const metadata = { path: 'all.log', log_format: { all: '$uri' } };
  await using peers = await startLogged({ config: { path: undefined, log_format: undefined }, metadata });
  await peers.gateway.get('/p');
  peers.gateway.apply({ kind: 'route', id: '1', value: null });
  expect(await peers.lines(1, 'all.log')).toEqual([{ all: '/p', route_id: '1' }]);
});

test('lines of many writers do not mix', async () => {
  const filler = 'x'.repeat(20_000);
  await using one = await startLogged({ config: { log_format: { filler } } });
  await using two = await startLogged({
    config: { log_format: { filler }, path: join(one.folder, 'a.log') },
    attributes: () => ({ directories: [one.folder] }),
  });
  const paths = Array.from({ length: 40 }, (_none, at) => `/${at}`);
  await Promise.all(paths.flatMap((path) => [one.gateway.get(path), two.gateway.get(path)]));
  for (const line of await one.lines(80)) expect(line).toEqual({ filler, route_id: '1' });
});
