import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withKey } from './credentials.ts';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const program = join(import.meta.dirname, '../../cli/bin/sluice.mjs');

let plane: TestControlPlane;
let home: string;
beforeAll(async () => {
  plane = await startControlPlane();
  home = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  await sluice(['login', plane.url], plane.adminKey);
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await plane[Symbol.asyncDispose]();
});

/** Runs the program as a user does. */
async function sluice(args: readonly string[], input = '', env: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [program, ...args], { env: { PATH, HOME: home, ...env } });
  child.stdin.on('error', () => undefined).end(input);
  const [out, err, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { status, out, err };
}

const json = async (args: readonly string[], input?: string) =>
  JSON.parse((await sluice([...args, '-o', 'json'], input)).out);
const file = (name: string, content: unknown): string => {
  const path = join(home, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

test('a token that is wrong is not kept, and one that is right only its owner can read', async () => {
  const wrong = await sluice(['login', plane.url], 'wrong', { HOME: join(home, 'other') });
  expect([wrong.status, wrong.err]).toEqual([4, expect.stringContaining('unknown, expired or revoked')]);
  expect(() => statSync(join(home, 'other/.config/sluice/login.json'))).toThrow('ENOENT');
  expect(statSync(join(home, '.config/sluice/login.json')).mode & 0o777).toBe(0o600);
  expect(await json(['status'])).toMatchObject({ url: plane.url, group: 'default' });
});

test('the token of a login goes to no other control plane', async () => {
  await using other = await startControlPlane();
  expect((await sluice(['list', 'routes'], '', { SLUICE_URL: other.url })).status).toBe(4);
});

test('whoever has no right is told so, and ends with a status of its own', async () => {
  const viewer = (await withKey(plane, 'viewer'))['x-api-key'] ?? '';
  const { status, err } = await sluice(['put', 'route', 'no'], JSON.stringify(sampleRoute('/no')), {
    SLUICE_TOKEN: viewer,
  });
  expect([status, err]).toEqual([4, expect.stringContaining('error: ')]);
});

test('a resource is put, shown, listed and deleted', async () => {
  expect(await sluice(['put', 'route', 'one', '-m', 'first'], JSON.stringify(sampleRoute('/one')))).toMatchObject({
    status: 0,
  });
  expect(await json(['get', 'route', 'one'])).toMatchObject({ id: 'one', uri: '/one' });
  expect((await sluice(['list', 'routes'])).out).toMatch(/^ID +NAME +MATCHES +REVISION\none +- +\/one +\d+\n/);
  const refused = await sluice(['put', 'route', 'two'], '{"uri": 5}');
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('uri')]);
  expect((await sluice(['delete', 'route', 'one', '--dry-run'])).out).toContain('It would be revision');
  expect((await sluice(['delete', 'route', 'one'])).status).toBe(0);
  expect((await sluice(['get', 'route', 'one'])).status).toBe(1);
});

describe('files', () => {
  const document = {
    routes: [{ id: 'a', uri: '/a', service_id: 's' }],
    services: [{ id: 's', upstream: sampleRoute('/').upstream }],
    consumers: [{ username: 'jack', plugins: { 'key-auth': { key: '${{JACK_KEY}}' } } }],
  };

  test('are planned, applied, compared, exported and applied again', async () => {
    expect((await sluice(['groups', 'create', 'files', '-d', 'of tests'])).status).toBe(0);
    const path = file('gateway.json', document);
    const env = { SLUICE_GROUP: 'files', JACK_KEY: 'secret-of-jack' };
    const planned = await sluice(['plan', '-f', path, '--exit-code'], '', env);
    expect([planned.status, planned.out]).toEqual([5, expect.stringContaining('3 to create')]);
    expect(planned.out).not.toContain('secret-of-jack');
    expect((await sluice(['apply', '-f', path, '-m', 'by hand'], '', env)).out).toContain('Revision 1: 3 created');
    expect((await sluice(['diff', '-f', path], '', env)).status).toBe(0);

    const exported = join(home, 'files.yaml');
    expect((await sluice(['export', '-t', exported], '', env)).status).toBe(0);
    expect((await sluice(['export'], '', env)).out).toBe(readFileSync(exported, 'utf8'));
    expect((await sluice(['apply', '-f', exported, '--prune'], '', env)).out).toContain('No changes');

    writeFileSync(exported, readFileSync(exported, 'utf8').replace('uri: /a', 'uri: /b'));
    const different = await sluice(['diff', '-f', exported], '', env);
    expect([different.status, different.out]).toEqual([5, expect.stringContaining('/uri: "/a" -> "/b"')]);
    expect((await sluice(['apply', '-f', path], '', { SLUICE_GROUP: 'files' })).err).toContain('JACK_KEY');
  });

  test('that cannot be used are refused with every fault, at its place', async () => {
    const path = file('bad.json', { routes: [{ id: 'x', uri: 1 }, { id: 'x', uri: '/x' }, 5] });
    const { status, err } = await sluice(['apply', '-f', path]);
    expect([status, err]).toEqual([1, expect.stringMatching(/\/routes\/1: [^]*\/routes\/2: /)]);
  });
});

test('an environment is promoted to the next', async () => {
  await sluice(['groups', 'create', 'stage']);
  await sluice(['put', 'route', 'p', '-g', 'stage'], JSON.stringify(sampleRoute('/p')));
  await sluice(['groups', 'create', 'next']);
  const dry = await sluice(['promote', '--from', 'stage', '-g', 'next', '--dry-run']);
  expect(dry.out).toContain('+ route p');
  expect((await sluice(['promote', '--from', 'stage', '-g', 'next', '--select', 'route/p'])).out).toContain(
    'Revision 1',
  );
  expect((await sluice(['groups', 'delete', 'next'])).err).toContain('force=true');
  expect((await sluice(['groups', 'delete', 'next', '--force'])).status).toBe(0);
  expect((await sluice(['groups', 'list'])).out).not.toMatch(/^next /m);
});

test('an OpenAPI document is imported, with its report', async () => {
  const path = file(
    'api.yaml',
    'openapi: 3.0.0\ninfo: {title: Api, version: "1"}\nwebhooks: {x: {}}\nservers:\n  - url: http://a.example\npaths:\n  /x/{id}:\n    get: {}\n',
  );
  await sluice(['groups', 'create', 'api']);
  const { status, out } = await sluice(['import', 'openapi', path, '-g', 'api']);
  expect([status, out]).toEqual([0, expect.stringContaining('dropped: /webhooks')]);
  expect(await json(['list', 'routes', '-g', 'api'])).toMatchObject({ total: 1 });
});

test('history is listed, compared and gone back to', async () => {
  await sluice(['groups', 'create', 'past']);
  const put = (uri: string) => sluice(['put', 'route', 'r', '-g', 'past', '-m', uri], JSON.stringify(sampleRoute(uri)));
  await put('/one');
  await put('/two');
  expect((await sluice(['revisions', 'list', '-g', 'past'])).out).toMatch(/\n2 .*\/two\n1 .*\/one\n$/);
  expect((await sluice(['revisions', 'show', '2', '-g', 'past'])).out).toContain('~ route r');
  expect((await sluice(['revisions', 'diff', '1', '-g', 'past'])).out).toContain('/uri: "/one" -> "/two"');
  expect((await sluice(['blame', 'route', 'r', '-g', 'past'])).out).toMatch(/2 .*\/uri +"\/two"/);
  expect((await sluice(['history', 'route', 'r', '-g', 'past'])).out).toContain('update');
  expect((await sluice(['rollback', '1', '-g', 'past', '--dry-run'])).out).toContain('It would be revision 3');
  expect((await sluice(['restore', '1', 'route', 'r', '-g', 'past'])).out).toContain('Revision 3');
  expect((await sluice(['revert', '3', '-g', 'past'])).out).toContain('Revision 4');
});

test('a draft is made, filled, shown and published', async () => {
  await sluice(['groups', 'create', 'drafted']);
  const { id } = await json(['drafts', 'create', '-m', 'new', '-g', 'drafted']);
  expect(
    (await sluice(['drafts', 'put', String(id), 'route', 'd', '-g', 'drafted'], JSON.stringify(sampleRoute('/d'))))
      .status,
  ).toBe(0);
  expect((await sluice(['drafts', 'list', '-g', 'drafted'])).out).toContain('open');
  expect((await sluice(['drafts', 'publish', String(id), '-g', 'drafted'])).out).toContain('Revision 1');
});

test('the data planes of a group are listed', async () => {
  expect(await sluice(['nodes', 'list'])).toMatchObject({ status: 0, err: expect.stringContaining('none') as string });
});

test('a login is forgotten', async () => {
  const own = join(home, 'forgetful');
  await sluice(['login', plane.url, '-g', 'api'], plane.adminKey, { HOME: own });
  expect(JSON.parse((await sluice(['status', '-o', 'json'], '', { HOME: own })).out)).toMatchObject({ group: 'api' });
  await sluice(['logout'], '', { HOME: own });
  expect((await sluice(['list', 'routes'], '', { HOME: own, SLUICE_URL: plane.url })).status).toBe(4);
});
