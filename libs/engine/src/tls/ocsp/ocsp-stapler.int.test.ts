import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  capturedLog,
  type CertificateStanding as Standing,
  type OcspAuthority,
  ocspAuthority,
  shownStatus,
} from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startTlsPair } from '../fixtures/tls-pair.ts';
import { OcspStapler, type OcspStaple } from './ocsp-stapler.ts';

let authority: OcspAuthority;
const issued = new Map<Standing, { cert: string; key: string }>();

beforeAll(async () => {
  authority = await ocspAuthority();
  for (const standing of ['good', 'revoked', 'unknown'] as const)
    issued.set(standing, await authority.issue(`${standing}.test.com`, standing));
}, 60_000);

afterAll(() => authority[Symbol.asyncDispose]());

const stapling = (fields: object = {}) => ({ ocsp_stapling: { enabled: true, ...fields } });

function sslOf(standing: Standing, fields: object = stapling()) {
  return { kind: 'ssl', id: '1', value: { sni: `${standing}.test.com`, ...issued.get(standing), ...fields } };
}

/** A gateway and a stapler that follow the same configuration, as in a data plane. */
async function startStapled(standing: Standing, fields?: object, options: { now?: () => number } = {}) {
  const log = capturedLog();
  const entries = log.lines;
  const ssl = sslOf(standing, fields);
  const pair = await startTlsPair([ssl]);
  const staples: OcspStaple[] = [];
  const onStaple = (staple: OcspStaple): void => {
    staples.push(staple);
    pair.gateway.engine.takeStaples([staple]);
  };
  const stapler = new OcspStapler({ log, onStaple, ...options });
  onTestFinished(async () => {
    stapler.close();
    await pair[Symbol.asyncDispose]();
  });
  const follow = (value: object | null = ssl.value): void =>
    stapler.follow([{ kind: 'ssl', id: '1', body: value && Buffer.from(JSON.stringify(value)) }]);
  follow();
  const shown = () => shownStatus(pair.port, ssl.value.sni, authority);
  return { pair, stapler, staples, entries, follow, shown };
}

const reason = (text: string) => expect.objectContaining({ fields: expect.objectContaining({ reason: text }) });

describe('nothing is shown, and the handshake goes on', () => {
  test.each(['revoked', 'unknown'] as const)(
    'of a certificate whose authority says that it is %s',
    async (standing) => {
      await authority.respond('issuer');
      const { entries, shown, staples } = await startStapled(standing);
      await eventually(() => expect(entries).toContainEqual(reason(`its authority says that it is ${standing}`)));

      expect(staples).toEqual([]);
      expect(await shown()).toBe('none');
    },
  );

  test('of an answer that a stranger has signed', async () => {
    await authority.respond('stranger');
    const { entries, shown } = await startStapled('good');
    await eventually(() => expect(entries).toContainEqual(reason('its signature is not valid')));

    expect(await shown()).toBe('none');
  });

  test('of an answer that is of another time', async () => {
    await authority.respond('issuer');
    const now = () => Date.now() + 3 * 86_400_000;
    const { entries } = await startStapled('good', undefined, { now });
    await eventually(() => expect(entries).toContainEqual(reason('it has expired')));
  });

  test('where the responder cannot be reached', async () => {
    await authority.stop();
    const { entries, shown } = await startStapled('good');
    await eventually(() => expect(entries).toContainEqual(reason(expect.stringContaining('ECONNREFUSED'))));

    expect(await shown()).toBe('none');
  });

  test.each([
    ['its issuer is missing', (cert: string) => cert.slice(0, cert.indexOf('-----END') + 25), 'issuer does not follow'],
  ])('where %s', async (_what, cut, expected) => {
    const { cert = '' } = issued.get('good') ?? {};
    const { entries } = await startStapled('good', { ...stapling(), cert: cut(cert) });
    expect(entries).toContainEqual(reason(expect.stringContaining(expected)));
  });

  test('unless it is switched on', async () => {
    await authority.respond('issuer');
    const { shown, staples } = await startStapled('good', { ocsp_stapling: { enabled: false } });
    expect(await shown()).toBe('none');
    expect(staples).toEqual([]);
  });
});

describe('a client that asks is shown', () => {
  test.each(['issuer', 'delegate'] as const)('what the authority says, signed by the %s', async (signer) => {
    await authority.respond(signer);
    const { shown } = await startStapled('good');
    await expect.poll(shown, { timeout: 10_000 }).toBe('good');
  });

  test('also that the certificate is revoked, where nobody is to check', async () => {
    await authority.respond('issuer');
    const { shown } = await startStapled('revoked', stapling({ skip_verify: true }));
    await expect.poll(shown, { timeout: 10_000 }).toBe('revoked');
  });

  test('what was said before, when the responder is gone', async () => {
    await authority.respond('issuer');
    const { shown, staples } = await startStapled('good');
    await expect.poll(() => staples.length, { timeout: 10_000 }).toBe(1);
    await authority.stop();
    expect(await shown()).toBe('good');
  });

  test('nothing any more once stapling is switched off or the certificate is gone', async () => {
    await authority.respond('issuer');
    const { follow, staples, shown } = await startStapled('good');
    await expect.poll(() => staples.length, { timeout: 10_000 }).toBe(1);
    follow(null);
    expect(staples.at(-1)).toMatchObject({ sslId: '1', response: null });
    expect(await shown()).toBe('none');
  });

  test('nothing that is for the certificate before', async () => {
    await authority.respond('issuer');
    const { staples, shown, pair } = await startStapled('good');
    await expect.poll(() => staples.length, { timeout: 10_000 }).toBe(1);
    const renewed = await authority.issue('good.test.com', 'good');
    pair.gateway.apply({ kind: 'ssl', id: '1', value: { sni: 'good.test.com', ...renewed, ...stapling() } } as never);
    expect(await shown()).toBe('none');
  });
});

test.each([
  ['nonsense', 200, Buffer.from('nonsense')],
  ['an error', 500, Buffer.alloc(0)],
  ['without end', 200, Buffer.alloc(100_000)],
  ['the error tryLater', 200, Buffer.from('30030a0103', 'hex')],
])('a responder that answers %s is asked again later', async (_what, status, body) => {
  await authority.stop();
  const server = createServer((_req, res) => res.writeHead(status).end(body)).listen(authority.port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  expect((server.address() as AddressInfo).port).toBe(authority.port);
  const { entries, staples } = await startStapled('good');

  await eventually(() => expect(entries).toContainEqual(reason(expect.stringMatching(/./))));

  expect(staples).toEqual([]);
});
