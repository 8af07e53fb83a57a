import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { credentials, status } from '@grpc/grpc-js';
import { ConfigState } from '@sluice/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDataPlane } from './data-plane-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const run = promisify(execFile);
let directory: string;
let plane: TestControlPlane;

const pem = (name: string) => readFile(join(directory, name));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-tls-'));
  await makeAuthority('ca');
  await makeAuthority('other-ca');
  await makeCertificate('server', 'ca');
  await makeCertificate('member', 'ca');
  await makeCertificate('stranger', 'other-ca');
  plane = await startControlPlane({
    SLUICE_GRPC_TLS_CERT: join(directory, 'server.pem'),
    SLUICE_GRPC_TLS_KEY: join(directory, 'server.key'),
    SLUICE_GRPC_TLS_CA: join(directory, 'ca.pem'),
  });
});

afterAll(async () => {
  await plane[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

test('a data plane without TLS gets nothing', async () => {
  using dataPlane = connectDataPlane(plane);
  await expect.poll(() => dataPlane.ended?.code).toBe(status.UNAVAILABLE);
  expect(dataPlane.batches).toEqual([]);
});

test('a data plane without a certificate gets nothing', async () => {
  using dataPlane = connectDataPlane(plane, {}, new ConfigState(), credentials.createSsl(await pem('ca.pem')));
  await expect.poll(() => dataPlane.ended?.code).toBe(status.UNAUTHENTICATED);
  expect(dataPlane.batches).toEqual([]);
});

test('a data plane with a certificate of another authority gets nothing', async () => {
  using dataPlane = connectDataPlane(plane, {}, new ConfigState(), await proofOf('stranger'));
  await expect.poll(() => dataPlane.ended?.code).toBe(status.UNAUTHENTICATED);
  expect(dataPlane.batches).toEqual([]);
});

test('a data plane with a certificate of the authority gets its configuration', async () => {
  using dataPlane = connectDataPlane(plane, {}, new ConfigState(), await proofOf('member'));
  await expect.poll(() => dataPlane.batches.length).toBe(1);
});

async function proofOf(name: string): Promise<ReturnType<typeof credentials.createSsl>> {
  return credentials.createSsl(await pem('ca.pem'), await pem(`${name}.key`), await pem(`${name}.pem`));
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function makeAuthority(name: string): Promise<void> {
  const out = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '1', '-subj', `/CN=${name}`];
  await run('openssl', ['req', '-x509', ...newKey, ...out], { cwd: directory });
}

async function makeCertificate(name: string, authority: string): Promise<void> {
  const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`];
  await run('openssl', ['req', ...newKey, ...request, '-addext', 'subjectAltName=DNS:localhost'], { cwd: directory });
  const signer = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '1'];
  const sign = ['x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-copy_extensions', 'copyall', ...signer];
  await run('openssl', sign, { cwd: directory });
}
