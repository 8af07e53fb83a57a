import { randomBytes } from 'node:crypto';
import { canonicalJson, secretPointers, type JsonObject, type JsonValue } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { KeyRing } from './key-ring.ts';
import { Sealing } from './sealing.ts';

const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const sealing = new Sealing(new KeyRing(newKey('a')));

describe('what is refused', () => {
  test.each(['', 'a', 'a:', 'a:c2hvcnQ=', ':abc', `${newKey('a')},${newKey('a')}`])('a key ring %j', (text) => {
    expect(() => new KeyRing(text)).toThrow(expect.objectContaining({ code: 'KEYRING_MALFORMED' }));
  });

  test('an error about a key ring never shows a key', () => {
    const text = `good:${Buffer.alloc(31, 7).toString('base64')}`;
    const error = expect.objectContaining({ detail: 'key good' });

    expect(() => new KeyRing(text)).toThrow(error);
  });

  test('an envelope that was moved to another resource', () => {
    const stored = sealing.close('consumer', 'jack', { key: 'secret' }, ['/key']);

    expect(() => sealing.open({ ...stored, id: 'rose' })).toThrow(expect.objectContaining({ code: 'SEAL_BROKEN' }));
  });

  test('an envelope of which one bit was changed', () => {
    const stored = sealing.close('consumer', 'jack', { key: 'secret' }, ['/key']);
    const sealed = Buffer.from(stored.sealed ?? '');
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);

    expect(() => sealing.open({ ...stored, sealed })).toThrow(expect.objectContaining({ code: 'SEAL_BROKEN' }));
  });

  test('an envelope whose key is not in the ring, by the name of the key', () => {
    const stored = sealing.close('consumer', 'jack', { key: 'secret' }, ['/key']);
    const other = new Sealing(new KeyRing(newKey('b')));

    expect(() => other.open(stored)).toThrow(expect.objectContaining({ code: 'KEYRING_LACKS_KEY', detail: 'key a' }));
  });
});

test('a rotated ring opens what the old key sealed, and knows its fingerprints', () => {
  const old = newKey('old');
  const before = new Sealing(new KeyRing(old));
  const after = new Sealing(new KeyRing(`${newKey('new')},${old}`));
  const stored = before.close('consumer', 'jack', { key: 'secret' }, ['/key']);

  expect(after.openValue(stored)).toEqual({ key: 'secret' });
  expect(after.fingerprints('secret')).toContain(before.fingerprint('secret'));
  expect(after.fingerprint('secret')).not.toBe(before.fingerprint('secret'));
});

test('a reference to a secret kept elsewhere stays readable', () => {
  const stored = sealing.close('consumer', 'jack', { key: '$secret://vault/1/jack/key' }, ['/key']);

  expect(stored).toMatchObject({ sealed: null, body: '{"key":"$secret://vault/1/jack/key"}' });
});

test('whatever the value, opening gives back exactly the canonical bytes, and the body shows no secret', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const value = randomObject(randomFrom(seed), 0);
    const pointers = secretPointers(value, ['secret', '*.secret', 'list.*.secret', '*.*.secret']);
    const stored = sealing.close('route', `r${seed}`, value, pointers);

    expect(sealing.open(stored).toString()).toBe(canonicalJson(value));
    expect(stored.body).not.toContain('SECRET');
  }
});

type Random = (max: number) => number;

function randomFrom(seed: number): Random {
  let state = seed * 2654435761;
  return (max) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    return state % max;
  };
}

function randomObject(random: Random, depth: number): JsonObject {
  const keys = ['a', 'ä/~', 'list', '__proto__', 'zz'].slice(0, 1 + random(5));
  const entries = keys.map((key): [string, JsonValue] => [key, randomValue(random, depth + 1)]);
  if (depth < 3 && random(2)) entries.push(['secret', random(3) ? `SECRET-${random(99)}-"\u{1f511}` : 12345]);
  return Object.fromEntries(entries);
}

function randomValue(random: Random, depth: number): JsonValue {
  const kind = random(depth > 2 ? 4 : 6);
  if (kind === 4) return Array.from({ length: random(3) }, () => randomObject(random, 3));
  if (kind === 5) return randomObject(random, depth);
  return [null, random(2) === 0, random(1000) / 8, `text-${random(50)}`][kind] ?? null;
}
