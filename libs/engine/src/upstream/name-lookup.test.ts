import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { type Records, startDns } from './fixtures/start-dns.ts';
import { type DnsSettings, nameLookup } from './name-lookup.ts';
import { candidates, readSearchList } from './search-list.ts';

/** A look-up that asks a name server of the test, with files of the test. */
async function setUp(records: Records, files: { hosts?: string; resolvConf?: string } = {}, more: DnsSettings = {}) {
  const dns = await startDns(records);
  const directory = await mkdtemp(join(tmpdir(), 'sluice-dns-'));
  const [hostsPath, resolvConfPath] = [join(directory, 'hosts'), join(directory, 'resolv.conf')];
  await writeFile(hostsPath, files.hosts ?? '');
  await writeFile(resolvConfPath, files.resolvConf ?? '');
  const find = nameLookup({ servers: [dns.server], timeoutSeconds: 0.5, hostsPath, resolvConfPath, ...more });
  return {
    dns,
    find,
    hostsPath,
    [Symbol.asyncDispose]: async () => {
      await dns[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

describe('a name server that does not help', () => {
  test.each([
    ['fails', 2],
    ['refuses', 5],
    ['says nothing', -1],
  ])('one that %s is a failure, and not the news that the name does not exist', async (_what, failure) => {
    await using given = await setUp({ 'A a.test': ['10.0.0.1'] });
    given.dns.failure = failure;

    await expect(given.find('a.test')).rejects.toThrow();
    given.dns.failure = 0;
    expect(await given.find('a.test')).toMatchObject({ addresses: ['10.0.0.1'] });
  });

  test('one that knows no such name is believed', async () => {
    await using given = await setUp({});
    expect(await given.find('a.test')).toMatchObject({ addresses: [] });
  });
});

describe('the addresses of a name', () => {
  test('are those of IPv4, for as long as the name server says', async () => {
    await using given = await setUp({ 'A a.test': ['10.0.0.1', '10.0.0.2'], 'AAAA a.test': ['::1'] });
    given.dns.ttl = 42;

    expect(await given.find('a.test')).toEqual({ addresses: ['10.0.0.1', '10.0.0.2'], validMs: 42_000 });
    expect(given.dns.questions).toEqual(['A a.test']);
  });

  test('are those of IPv6 where there are no others', async () => {
    await using given = await setUp({ 'AAAA a.test': ['::1'] });
    expect(await given.find('a.test')).toMatchObject({ addresses: ['::1'] });
  });

  test('hold as long as is configured, whatever the name server says', async () => {
    await using given = await setUp({ 'A a.test': ['10.0.0.1'] }, {}, { validSeconds: 7 });
    expect(await given.find('a.test')).toMatchObject({ validMs: 7_000 });
  });

  test('change when the name server changes its mind', async () => {
    await using given = await setUp({ 'A a.test': ['10.0.0.1'] });
    await given.find('a.test');
    given.dns.records = { 'A a.test': ['10.0.0.2'] };
    expect(await given.find('a.test')).toMatchObject({ addresses: ['10.0.0.2'] });
  });
});

describe('the files of the machine', () => {
  test('its hosts count more than the name server, also when they change', async () => {
    const hosts = '# a comment\n::5 a.test\n10.0.0.5 A.test other # another\nnonsense a.test\n';
    await using given = await setUp({ 'A a.test': ['10.0.0.1'] }, { hosts });

    expect(await given.find('a.test')).toMatchObject({ addresses: ['10.0.0.5'] });
    expect(given.dns.questions).toEqual([]);
    await writeFile(given.hostsPath, '10.0.0.66 a.test\n');
    expect(await given.find('a.test')).toMatchObject({ addresses: ['10.0.0.66'] });
    await rm(given.hostsPath);
    expect(await given.find('a.test')).toMatchObject({ addresses: ['10.0.0.1'] });
  });

  test('its search list completes short names, unless that is switched off', async () => {
    const records = { 'A api.shop.svc': ['10.0.0.1'], 'A api': ['10.0.0.2'] };
    const resolvConf = 'nameserver 10.9.9.9\nsearch none.svc shop.svc\noptions edns0 ndots:2\n';
    await using given = await setUp(records, { resolvConf });
    await using plain = await setUp(records, { resolvConf }, { usesSearchList: false });

    expect(await given.find('api')).toMatchObject({ addresses: ['10.0.0.1'] });
    expect(given.dns.questions[0]).toBe('A api.none.svc');
    expect(await given.find('api.')).toMatchObject({ addresses: ['10.0.0.2'] });
    expect(await plain.find('api')).toMatchObject({ addresses: ['10.0.0.2'] });
  });

  test('a name with enough dots is tried as it is first', async () => {
    expect(candidates('a.b', { domains: ['x.', 'y'], dotsMin: 1 })).toEqual(['a.b', 'a.b.x', 'a.b.y']);
    expect(candidates('a', { domains: ['x'], dotsMin: 1 })).toEqual(['a.x', 'a']);
    expect(await readSearchList('/nonexistent')).toEqual({ domains: [], dotsMin: 1 });
  });
});

test('a node follows its name from one server to another, and stays where it was while the name server is away', async () => {
  await using first = await startUpstream((_req, res) => res.end('served'));
  await using given = await setUp({ 'A app.test': ['127.0.0.1'] });
  const nodes = { [`app.test:${first.port}`]: 1 };
  await using gateway = await startGateway(
    [],
    { uri: '/*', upstream: { type: 'roundrobin', nodes } },
    { lookup: given.find },
  );

  expect((await gateway.get('/')).body).toBe('served');
  given.dns.failure = 2;
  const asked = given.dns.questions.length;
  await expect
    .poll(
      async () => {
        expect((await gateway.get('/')).body).toBe('served');
        return given.dns.questions.length;
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(asked);

  given.dns.records = { 'A app.test': ['127.0.0.9'] };
  given.dns.failure = 0;
  await expect.poll(async () => (await gateway.get('/')).statusCode, { timeout: 10_000 }).toBe(502);
});
