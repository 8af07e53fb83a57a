import { testAuthority } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin/ssls';
const authority = testAuthority();
const pair = authority.issue({ names: ['test.com'] });
const other = authority.issue({ names: ['test.com'], isRsa: true });
const nothing = 'this is no certificate and no key at all, only a text that is long enough '.repeat(3);
const broken = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(128)}`;
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

describe('what is no certificate is refused in the words that clients compare', () => {
  const server = { sni: 'test.com', ...pair };
  const noCert = 'failed to parse cert: PEM_read_bio_X509_AUX() failed';
  const noKey = 'failed to parse key: PEM_read_bio_PrivateKey() failed';
  test.each([
    ['a server without names', pair, 'invalid configuration: then clause did not match'],
    ['a server without a key', { sni: 'a', cert: pair.cert }, 'invalid configuration: then clause did not match'],
    ['a text for a certificate', { ...server, cert: nothing }, noCert],
    ['a text for a key', { ...server, key: nothing }, 'failed to decrypt previous encrypted key'],
    ['a key that breaks off', { ...server, key: broken }, noKey],
    [
      'a key of another certificate',
      { ...server, key: other.key },
      'failed to parse key: it does not belong to the certificate',
    ],
    ['more certificates than keys', { ...server, certs: [other.cert] }, 'mismatched number of certs and keys'],
    [
      'a bad further certificate',
      { ...server, certs: [nothing], keys: [other.key] },
      `failed to handle cert-key pair[1]: ${noCert}`,
    ],
    [
      'a bad further key',
      { ...server, certs: [other.cert], keys: [broken] },
      `failed to handle cert-key pair[1]: ${noKey}`,
    ],
    ['a text for authorities', { ...server, client: { ca: nothing } }, `failed to validate client_cert: ${noCert}`],
    [
      'a pattern that looks back',
      { ...server, client: { ca: authority.cert, skip_mtls_uri_regex: ['(?<=a)b'] } },
      expect.stringContaining('failed to validate skip_mtls_uri_regex: '),
    ],
    [
      'a field that nobody knows',
      { ...server, gm: true },
      'invalid configuration: additional properties forbidden, found gm',
    ],
    [
      'a reference that nobody could resolve',
      { ...server, key: '$secret://vault/1' },
      expect.stringContaining('is not served'),
    ],
  ])('%s', async (_what, value, message) => {
    const answer = await plane.call('PUT', `${admin}/bad`, value);
    expect(answer).toMatchObject({ status: 400, body: { error_msg: message } });
    expect(JSON.stringify(answer.body)).not.toContain('PRIVATE KEY');
  });
});

test('the private keys are never answered, stored sealed, and kept by whoever edits the rest', async () => {
  const value = { snis: ['test.com', '*.Test.com'], ...pair, certs: [other.cert], keys: [other.key] };
  const written = await plane.call('PUT', `${admin}/1`, value);
  const read = await plane.call('GET', `${admin}/1`);
  const listed = await plane.call('GET', admin);
  const masked = await plane.call('GET', `${resources}/ssls/1`);
  const patched = await plane.call('PATCH', `${admin}/1`, { status: 0 });
  const [{ row }] = await plane.database.query(`SELECT to_jsonb(r)::text AS row FROM resource r WHERE kind = 'ssl'`);

  expect(written.status).toBe(201);
  expect(read.body.value).toMatchObject({ snis: ['test.com', '*.Test.com'], cert: pair.cert });
  for (const answer of [written, read, listed, masked, patched]) {
    expect(JSON.stringify(answer.body)).not.toContain('PRIVATE KEY');
  }
  for (const { body } of [written, read, patched]) {
    expect(body.value).not.toHaveProperty('key');
    expect(body.value).not.toHaveProperty('keys');
  }
  expect(masked.body.value).toMatchObject({ key: '__redacted__', keys: ['__redacted__'] });
  expect(row).not.toContain('PRIVATE KEY');

  const edited = await plane.call('PUT', `${resources}/ssls/1`, { ...masked.body.value, desc: 'edited' });
  expect(edited.status).toBe(200);
});

test('a certificate for upstreams needs no names, and only such a one can be shown to an upstream', async () => {
  const upstream = (id: string) => ({
    ...sampleRoute('/a'),
    upstream: { type: 'roundrobin', scheme: 'https', nodes: { '127.0.0.1:1983': 1 }, tls: { client_cert_id: id } },
  });
  await plane.call('PUT', `${admin}/server`, { sni: 'a.com', ...pair });
  expect((await plane.call('PUT', `${admin}/client`, { type: 'client', ...pair })).status).toBe(201);

  const missing = await plane.call('PUT', '/apisix/admin/upstreams/1', upstream('none').upstream);
  const wrong = await plane.call('PUT', '/apisix/admin/upstreams/1', upstream('server').upstream);
  const right = await plane.call('PUT', '/apisix/admin/upstreams/1', upstream('client').upstream);

  expect(missing.body.error_msg).toBe('failed to fetch ssl info by ssl id [none], response code: 404');
  expect(wrong.body.error_msg).toBe('failed to fetch ssl info by ssl id [server], wrong ssl type');
  expect(right.status).toBe(201);
});

test('a certificate can be deleted although an upstream names it', async () => {
  expect((await plane.call('DELETE', `${admin}/client`)).status).toBe(200);
});
