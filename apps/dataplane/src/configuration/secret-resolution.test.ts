import { elementHash, type ResourceChange } from '@sluice/sync';
import { beforeEach, expect, test } from 'vitest';
import { pluginSchema } from '../catalogue.ts';
import { SecretResolution } from './secret-resolution.ts';
import { ServedConfiguration } from './served-configuration.ts';

const env: Record<string, string> = {};
const time = { ms: 0 };
let secrets: SecretResolution;
let served: ServedConfiguration;

beforeEach(() => {
  for (const name of Object.keys(env)) delete env[name];
  time.ms = 0;
  secrets = new SecretResolution(env, null, () => time.ms);
  const readers = { prepare: async () => null, commit: async () => undefined, abort: () => undefined };
  served = new ServedConfiguration(readers, pluginSchema, [], secrets);
});

function change(kind: string, id: string, value: object | null): ResourceChange {
  const body = value && Buffer.from(JSON.stringify(value));
  const hash = body ? { hash: elementHash(kind, id, body) } : {};
  return { kind, id, body, ...hash, createdRevision: 1, modifiedRevision: 1 };
}

const credential = (key: string) => ({ plugins: { 'key-auth': { key } } });
const whole = { partial: false };

/** What workers serve. */
const inService = (kind: string, id: string) => {
  const stored = served.store.get(kind, id);
  return { body: Buffer.from(stored?.body ?? []).toString(), isBroken: stored?.isBroken };
};

test('a missing secret fails its own resource, by name, and lets the revision pass', async () => {
  const changes = [
    change('credential', 'jack/1', credential('$env://NONE')),
    change('proto', 'p', { content: 'syntax = "proto3";' }),
  ];
  const { isInService, errors } = await served.serve(changes, whole);

  expect([isInService, errors]).toEqual([true, []]);
  expect(inService('credential', 'jack/1').isBroken).toBe(true);
  expect(inService('proto', 'p').isBroken).toBe(false);
  expect(served.missing).toEqual([
    { kind: 'credential', id: 'jack/1', message: expect.stringContaining('$env://NONE') },
  ]);
});

test('a secret that its field does not take fails its own resource, and is in no message', async () => {
  env['CERT'] = 'hush';
  const ssl = { sni: 'a.example.com', cert: '$env://CERT', key: '$env://CERT' };
  const { isInService } = await served.serve([change('ssl', '1', ssl)], whole);

  expect(isInService).toBe(true);
  expect(inService('ssl', '1').isBroken).toBe(true);
  expect(JSON.stringify(served.missing)).not.toContain('hush');
});

test('what is served has the secret, and what was received keeps the reference', async () => {
  env['KEY'] = 'k "quoted" \\ 1';
  const received = change('credential', 'jack/c', credential('$env://KEY'));
  await served.serve([received], whole);

  expect(JSON.parse(inService('credential', 'jack/c').body)).toEqual(credential('k "quoted" \\ 1'));
  expect(served.get('credential', 'jack/c')?.body).toBe(received.body);
  expect([...served.values()].map(({ body }) => body)).toEqual([received.body]);
  expect(Buffer.from(served.store.get('credential', 'jack/c')?.hash ?? [])).toEqual(Buffer.from(received.hash ?? []));
});

test('a reference that decides about matching is not followed: what it says is what is meant', async () => {
  env['URI'] = '/secret';
  await served.serve([change('proto', 'p', { content: '$env://URI' })], whole);

  expect(inService('proto', 'p').body).toContain('$env://URI');
});

test('slashes that others escape hide no reference', async () => {
  env['KEY'] = 'k';
  const body = Buffer.from('{"plugins":{"key-auth":{"key":"$env:\\/\\/KEY"}}}');
  await served.serve([{ ...change('credential', 'jack/c', {}), body }], whole);

  expect(JSON.parse(inService('credential', 'jack/c').body)).toEqual(credential('k'));
});

test('a secret that appears, changes or goes is followed without a new revision', async () => {
  await served.serve([change('credential', 'jack/c', credential('$env://KEY'))], whole);
  const steps: [string | undefined, number, string, boolean][] = [
    ['one', 60_000, 'one', false],
    ['two', 300_000, 'two', false],
    [undefined, 300_000, '$env://KEY', true],
  ];

  for (const [value, afterMs, key, isBroken] of steps) {
    if (value === undefined) delete env['KEY'];
    else env['KEY'] = value;
    time.ms += afterMs;
    await secrets.refresh();
    await served.serve([], whole);
    expect(inService('credential', 'jack/c')).toEqual({ body: JSON.stringify(credential(key)), isBroken });
  }
});

test('a resource that refers to nothing any more is served as it is', async () => {
  env['KEY'] = 'k';
  await served.serve([change('credential', 'jack/c', credential('$env://NONE'))], whole);
  await served.serve([change('credential', 'jack/c', credential('plain'))], whole);

  expect(served.missing).toEqual([]);
  expect(inService('credential', 'jack/c')).toEqual({ body: JSON.stringify(credential('plain')), isBroken: false });
});
