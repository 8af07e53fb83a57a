import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import {
  configSyncService,
  ConfigSyncClientClass,
  type DataPlaneStream,
  formatJoinToken,
  JOIN_SECRET_KEY,
  publicKeySha256,
} from '@sluice/sync/grpc';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { linkCredentials } from './control-plane-link.ts';

const secret = 'S'.repeat(43);
const run = promisify(execFile);
const server = new Server();
/** What the control plane has seen of those who got through to it. */
const seen: { secret: unknown; subject: string | undefined }[] = [];
let directory: string;
let port: number;

const file = (name: string) => join(directory, name);
const tokenFor = async (certificate: string) =>
  formatJoinToken({ keySha256: publicKeySha256(await readFile(file(certificate))), secret });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-link-'));
  await makeCertificate('server', 'DNS:control-plane.example,IP:127.0.0.1');
  await makeCertificate('other', 'DNS:localhost');
  await makeCertificate('member', 'DNS:member');
  server.addService(configSyncService, { Connect: receive });
  port = await listen({ asksForCertificates: false });
});
afterAll(async () => {
  server.forceShutdown();
  await rm(directory, { recursive: true });
});
beforeEach(() => void seen.splice(0));

test.each(['10.0.0.1:9190', 'control-plane.example:9190', '[2001:db8::1]:9190'])(
  'without a token or an authority %s is not connected to',
  (address) => {
    expect(() => linkCredentials(withDefaults({ control_plane: address }))).toThrow(
      expect.objectContaining({ code: 'PLAIN_LINK_REFUSED' }),
    );
  },
);

test('what is no token is refused without being shown', () => {
  const text = `sluice1.${secret}`;
  expect(() => linkCredentials(withDefaults({ join_token: text }))).toThrow(
    expect.objectContaining({ code: 'LINK_MISCONFIGURED', detail: expect.not.stringContaining(secret) }),
  );
});

test('files that are missing, or are not what they should be, are refused with their setting', () => {
  const refusal = (detail: string) =>
    expect.objectContaining({ code: 'LINK_MISCONFIGURED', detail: expect.stringContaining(detail) });
  const link = (given: Partial<Settings>) => () => linkCredentials(withDefaults(given));
  expect(link({ grpc_tls_ca: file('nowhere.pem') })).toThrow(refusal('SLUICE_GRPC_TLS_CA'));
  expect(link({ grpc_tls_ca: file('server.pem'), grpc_tls_cert: file('member.pem') })).toThrow(refusal('_KEY'));
  const swapped = { grpc_tls_cert: file('member.key'), grpc_tls_key: file('member.pem') };
  expect(link({ grpc_tls_ca: file('server.pem'), ...swapped })).toThrow(refusal('PEM'));
});

test('a control plane with another key than the token names never hears the secret', async () => {
  const ended = await statusOf({ join_token: await tokenFor('other.pem') });
  expect(ended).toMatchObject({ code: status.UNAVAILABLE, details: expect.stringContaining('does not have the key') });
  expect(seen).toEqual([]);
});

test('a control plane whose certificate is for another name is not believed, whoever signed it', async () => {
  const ended = await statusOf({ control_plane: `localhost:${port}`, grpc_tls_ca: file('server.pem') });
  expect(ended.code).toBe(status.UNAVAILABLE);
  expect(seen).toEqual([]);
});

test('a control plane of another authority is not believed', async () => {
  expect((await statusOf({ grpc_tls_ca: file('other.pem') })).code).toBe(status.UNAVAILABLE);
});

test('with a token the key is enough: name and authority do not matter, and the secret is sent', async () => {
  const token = await tokenFor('server.pem');
  expect((await statusOf({ control_plane: `localhost:${port}`, join_token: token })).code).toBe(status.OK);
  expect(seen).toEqual([{ secret, subject: undefined }]);
});

test('with an authority an address that stands in the certificate is reached', async () => {
  expect((await statusOf({ grpc_tls_ca: file('server.pem') })).code).toBe(status.OK);
});

test('a control plane that asks for a certificate sees the one of the settings', async () => {
  const asking = `127.0.0.1:${await listen({ asksForCertificates: true })}`;
  const trusting = { control_plane: asking, grpc_tls_ca: file('server.pem') };
  expect((await statusOf(trusting)).code).toBe(status.UNAVAILABLE);
  await statusOf({ ...trusting, grpc_tls_cert: file('member.pem'), grpc_tls_key: file('member.key') });
  expect(seen).toEqual([{ secret: undefined, subject: 'member' }]);
});

type Settings = Parameters<typeof linkCredentials>[0];

function withDefaults(settings: Partial<Settings>): Settings {
  const none = { join_token: undefined, grpc_tls_ca: undefined, grpc_tls_cert: undefined, grpc_tls_key: undefined };
  return { control_plane: `127.0.0.1:${port}`, ...none, ...settings };
}

/** Connects once and tells how that ended. */
async function statusOf(given: Partial<Settings>): Promise<{ code: number; details: string }> {
  const settings = withDefaults(given);
  const client = new ConfigSyncClientClass(settings.control_plane, linkCredentials(settings));
  let ended: { code: number; details: string } | undefined;
  const stream = client.Connect();
  stream.on('data', () => undefined);
  stream.on('error', () => undefined);
  stream.on('status', (status) => (ended = status));
  stream.end();
  await expect.poll(() => ended).toBeDefined();
  client.close();
  return ended ?? { code: -1, details: '' };
}

async function listen({ asksForCertificates }: { readonly asksForCertificates: boolean }): Promise<number> {
  const pair = { cert_chain: await readFile(file('server.pem')), private_key: await readFile(file('server.key')) };
  const proof = ServerCredentials.createSsl(await readFile(file('member.pem')), [pair], asksForCertificates);
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', proof, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
}

function receive(stream: DataPlaneStream): void {
  const [shown] = stream.metadata.get(JOIN_SECRET_KEY);
  seen.push({ secret: shown, subject: stream.getAuthContext()?.sslPeerCertificate?.subject.CN?.toString() });
  stream.on('data', () => undefined);
  stream.on('end', () => stream.end());
}

async function makeCertificate(name: string, subjectAltName: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subjectAltName}`];
  await run('openssl', ['req', '-x509', ...key, '-out', `${name}.pem`, '-days', '1', ...subject], { cwd: directory });
}
