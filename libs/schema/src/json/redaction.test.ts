import { describe, expect, test } from 'vitest';
import { getPointer, pointerKeys, pointerOf, setPointer } from './pointer.ts';
import { redacted } from './redacted.ts';
import { redact, restoreRedacted, secretPointers } from './redaction.ts';

const upstream = {
  tls: { client_key: 'KEY', verify: true },
  nodes: [{ password: 'a' }, { host: 'b' }, { password: 'c' }],
};

describe('pointers', () => {
  test('a pointer that leads nowhere answers undefined, and inherited names lead nowhere', () => {
    for (const pointer of [
      '/a',
      '/tls/none/deep',
      '/nodes/9/password',
      '/nodes/-',
      '/nodes/01',
      '/constructor',
      '/nodes/length',
    ]) {
      expect(getPointer(upstream, pointer)).toBeUndefined();
    }
  });

  test('a place that cannot exist is not made', () => {
    expect(setPointer({ a: 'text' }, '/a/b', 1)).toBeUndefined();
    expect(setPointer({ a: [1] }, '/a/5', 1)).toBeUndefined();
  });

  test('a value is set in a copy; what is missing on the way is made', () => {
    expect(setPointer(upstream, '/nodes/0/password', 'x')).toMatchObject({ nodes: [{ password: 'x' }, {}, {}] });
    expect(setPointer({}, '/a/b', 1)).toEqual({ a: { b: 1 } });
    expect(setPointer({ a: 1 }, '', 2)).toBe(2);
    expect(upstream.nodes[0]?.password).toBe('a');
    expect(Object.keys(setPointer({}, '/__proto__', 1) as object)).toEqual(['__proto__']);
  });

  test('keys with slashes and tildes survive', () => {
    expect(pointerKeys(pointerOf(['a/b', 'c~d', '~1', 0]))).toEqual(['a/b', 'c~d', '~1', '0']);
  });
});

describe('secretPointers', () => {
  test('a pattern finds what is there, and nothing else', () => {
    const patterns = ['tls.client_key', 'nodes.*.password', 'absent.*.x', 'tls.none'];
    expect(secretPointers(upstream, patterns)).toEqual(['/tls/client_key', '/nodes/0/password', '/nodes/2/password']);
  });

  test('arrays are entered also where the pattern does not say so', () => {
    expect(secretPointers(upstream, ['nodes.password'])).toEqual(['/nodes/0/password', '/nodes/2/password']);
    expect(secretPointers(upstream, ['nodes.2.password'])).toEqual(['/nodes/2/password']);
  });

  test('a pattern that ends at an object means every text and number inside', () => {
    const auth = { auth: { header: { Authorization: 'x', 'X/Y': ['z', 1, true] } } };
    expect(secretPointers(auth, ['auth.header'])).toEqual([
      '/auth/header/Authorization',
      '/auth/header/X~1Y/0',
      '/auth/header/X~1Y/1',
    ]);
  });
});

describe('a masked form', () => {
  const pointers = secretPointers(upstream, ['tls.client_key', 'nodes.*.password']);

  test('is refused where it keeps a secret that was never stored', () => {
    const write = { tls: { client_key: redacted } };
    expect(restoreRedacted(write, {}, ['/tls/client_key']).missing).toBe('/tls/client_key');
    expect(restoreRedacted(write, undefined, ['/tls/client_key']).missing).toBe('/tls/client_key');
  });

  test('loses nothing when it is saved', () => {
    const masked = redact(upstream, pointers);
    expect(JSON.stringify(masked)).not.toMatch(/KEY|"a"|"c"/);
    expect(restoreRedacted(masked, upstream, pointers)).toEqual({ value: upstream });
    expect(upstream.tls.client_key).toBe('KEY');
  });

  test('may bring a new secret beside a kept one', () => {
    const write = { ...redact(upstream, pointers), tls: { client_key: 'NEW', verify: false } };
    expect(restoreRedacted(write, upstream, pointers).value.tls).toEqual({ client_key: 'NEW', verify: false });
  });
});

describe('items of a list that is saved masked', () => {
  const a = { host: 'a', password: 'of a' };
  const b = { host: 'b', password: 'of b' };
  const masked = (item: object) => ({ ...item, password: redacted });
  const saved = (list: unknown[], stored: unknown[] = [a, b]) =>
    restoreRedacted({ list }, { list: stored }, secretPointers({ list }, ['list.password', 'list.*']));

  test.each([
    ['edited after another one was taken out', [masked({ host: 'c' })], [a, b]],
    ['one of which looks like several others', [masked(a)], [a, { ...a, password: 'another' }]],
    ['edited in the place of one that has moved', [masked({ host: 'c' }), masked(a)], [a, b]],
    ['that are secrets themselves, of which one is missing', [redacted], ['one', 'two']],
  ])('%s are refused: whose secret is meant cannot be told', (_what, list, stored) => {
    expect(saved(list, stored).missing).toMatch('/list/0');
  });

  test.each([
    ['another place', [masked(b), masked(a)], [b, a]],
    ['one before them taken out', [masked(b)], [b]],
    [
      'a new one before them',
      [{ host: 'n', password: 'new' }, masked(a), masked(b)],
      [{ host: 'n', password: 'new' }, a, b],
    ],
    ['another host, at their place', [masked({ host: 'x' }), masked(b)], [{ host: 'x', password: 'of a' }, b]],
    ['a secret of one replaced', [{ ...a, password: 'new' }, masked(b)], [{ ...a, password: 'new' }, b]],
  ])('keep their own secret with %s', (_what, list, restored) => {
    expect(saved(list)).toEqual({ value: { list: restored } });
  });

  test('that look alike keep the secrets of their places while none is missing', () => {
    const alike = [a, { ...a, password: 'another' }];
    expect(saved(alike.map(masked), alike)).toEqual({ value: { list: alike } });
  });
});
