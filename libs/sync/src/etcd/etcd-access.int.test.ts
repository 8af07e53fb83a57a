import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEtcd, type TestEtcd } from '@sluice/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConfigSource } from '../source.ts';
import { EtcdClient } from './etcd-client.ts';
import type { EtcdOptions } from './etcd-options.ts';
import { etcdSource } from './etcd-source.ts';
import { KeyLayout } from './layout.ts';
import { PublishedModel } from './fixtures/published-model.ts';
import { EtcdPublisher } from './publisher.ts';
import { RecordingSink } from './fixtures/recording-sink.ts';

const run = promisify(execFile);
const prefix = '/apisix';
let sink: RecordingSink;
let source: ConfigSource | undefined;

beforeEach(() => {
  sink = new RecordingSink();
});
afterEach(async () => {
  await source?.stop();
  source = undefined;
});

function follow(etcd: EtcdOptions): void {
  source = etcdSource({ etcd: { answerWithinMs: 2_000, ...etcd }, prefix, backoff: { firstMs: 5, largestMs: 20 } });
  source.start(sink);
}

async function publishOne(options: EtcdOptions): Promise<PublishedModel> {
  const client = new EtcdClient(options);
  const model = new PublishedModel();
  const publisher = new EtcdPublisher({ client, prefix });
  await publisher.takeOver();
  model.write({ 'route/1': 'a' });
  await publisher.publishSnapshot(model.state);
  client.close();
  return model;
}

const expectServed = () => vi.waitFor(() => expect(sink.contents).toEqual({ 'route/1': 'a' }), { timeout: 10_000 });
const expectRefused = async (reason: RegExp) => {
  await vi.waitFor(() => expect(sink.link?.reason).toMatch(reason), { timeout: 10_000 });
  expect(sink.link?.connected).toBe(false);
  expect(sink.batches).toEqual([]);
};

describe('over TLS', () => {
  let directory: string;
  let etcd: TestEtcd;
  let ca: string;
  let cert: string;
  let key: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-etcd-tls-'));
    await makeCertificates(directory);
    [ca, cert, key] = (await Promise.all(
      ['ca.pem', 'client.pem', 'client.key'].map((name) => readFile(join(directory, name), 'utf8')),
    )) as [string, string, string];
    etcd = await startEtcd({
      tls: {
        cert: join(directory, 'server.pem'),
        key: join(directory, 'server.key'),
        clientCa: join(directory, 'ca.pem'),
      },
    });
    await publishOne({ endpoints: [etcd.url], tls: { ca, cert, key } });
  });
  afterAll(async () => {
    await etcd[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  test('a server whose signer is unknown is refused', async () => {
    follow({ endpoints: [etcd.url], tls: { cert, key } });

    await expectRefused(/certificate/);
  });

  test('a server under another name is refused', async () => {
    follow({ endpoints: [etcd.url.replace('127.0.0.1', 'localhost')], tls: { ca, cert, key } });

    await expectRefused(/altnames|localhost/);
  });

  test('a client without a certificate is turned away', async () => {
    follow({ endpoints: [etcd.url], tls: { ca } });

    await vi.waitFor(() => expect(sink.links.length).toBeGreaterThan(1), { timeout: 10_000 });
    expect(sink.links.every(({ connected }) => !connected)).toBe(true);
    expect(sink.batches).toEqual([]);
  });

  test('both sides prove who they are', async () => {
    follow({ endpoints: [etcd.url], tls: { ca, cert, key } });

    await expectServed();
  });

  test('without verification any server will do', async () => {
    follow({ endpoints: [etcd.url], tls: { cert, key, verify: false } });

    await expectServed();
  });
});

describe('with users', () => {
  let etcd: TestEtcd;
  const right = { user: 'sluice', password: 'correct-horse' };

  beforeAll(async () => {
    etcd = await startEtcd();
    await createUsers(etcd.url);
    await publishOne({ endpoints: [etcd.url], ...right });
  });
  afterAll(() => etcd[Symbol.asyncDispose]());

  test('nobody reads without signing in', async () => {
    follow({ endpoints: [etcd.url] });

    await expectRefused(/user name is empty/);
  });

  test('a wrong password is refused, and stands in no report', async () => {
    follow({ endpoints: [etcd.url], user: 'sluice', password: 'hunter2' });

    await expectRefused(/authentication failed/);
    expect(JSON.stringify(sink.links)).not.toContain('hunter2');
  });

  test('a user who may only touch the prefix can publish and follow', async () => {
    follow({ endpoints: [etcd.url], ...right });

    await expectServed();
  });

  test('an etcd that has forgotten who signed in is told again', async () => {
    follow({ endpoints: [etcd.url], ...right });
    await expectServed();
    const client = new EtcdClient({ endpoints: [etcd.url], ...right });
    const publisher = new EtcdPublisher({ client, prefix });
    await publisher.takeOver();

    await etcd.restart();
    const model = new PublishedModel();
    model.write({ 'route/1': 'b' });
    await vi.waitFor(() => publisher.publishSnapshot(model.state), { timeout: 10_000 });

    await vi.waitFor(() => expect(sink.contents).toEqual({ 'route/1': 'b' }), { timeout: 10_000 });
    client.close();
  });
});

async function createUsers(url: string): Promise<void> {
  const client = new EtcdClient({ endpoints: [url] });
  const { connection, stream } = await client.openWatch();
  stream.on('error', () => undefined);
  stream.cancel();
  const auth = (method: string, params: object) => connection.exec('Auth', method, params);
  const { key, range_end } = new KeyLayout(prefix).range;
  await auth('roleAdd', { name: 'root' });
  await auth('userAdd', { name: 'root', password: 'root-of-the-test' });
  await auth('userGrantRole', { user: 'root', role: 'root' });
  await auth('roleAdd', { name: 'sluice' });
  await auth('roleGrantPermission', { name: 'sluice', perm: { permType: 'Readwrite', key, range_end } });
  await auth('userAdd', { name: 'sluice', password: 'correct-horse' });
  await auth('userGrantRole', { user: 'sluice', role: 'sluice' });
  await auth('authEnable', {});
  client.close();
}

/** An authority, a server for 127.0.0.1 and a client. */
async function makeCertificates(directory: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: directory });
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl('req', '-x509', ...fresh, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority');
  for (const [name, names] of [
    ['server', 'IP:127.0.0.1'],
    ['client', 'DNS:client'],
  ] as const) {
    await writeFile(join(directory, `${name}.ext`), `subjectAltName=${names}\n`);
    await openssl('req', ...fresh, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`];
    await openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed);
  }
}
