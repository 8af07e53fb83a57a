import { describe, expect, test } from 'vitest';
import { parseDirectives } from './directives.ts';
import { answerWith, arrival } from './fixtures/test-fields.ts';
import { mayReplaceError, judgeReuse } from './reuse.ts';
import type { StoredHead } from './stored-head.ts';
import { headToStore, type StoringRules, updatedHead } from './storing.ts';

const rfc: StoringRules = {
  statuses: new Set([200, 201, 206, 599]),
  mode: 'rfc9111',
  ttlMs: 9_000,
  allowsCookies: false,
};
const anybody = { directives: parseDirectives([]), isPersonal: false };

type Lines = readonly [name: string, value: string][];

const store = (lines: Lines, more: object = {}, rules = rfc, request = anybody) =>
  headToStore({ ...answerWith(...lines), ...more }, request, rules);

const control = (value: string): Lines => [['Cache-Control', value]];

function stored(...lines: Lines): StoredHead {
  const head = store(lines);
  if (head === null) throw new Error('It was not stored.');
  return head;
}

describe('by RFC 9111', () => {
  test.each<[string, Lines, object]>([
    ['is for one client', control('private, max-age=60'), {}],
    ['must not be stored', control('no-store, max-age=60'), {}],
    [
      'has a status that nobody understands, and must be',
      control('no-store, must-understand, max-age=60'),
      { status: 599 },
    ],
    ['is a part', control('max-age=60'), { status: 206 }],
    ['has expired and cannot be validated', control('max-age=0'), {}],
    ['is older than it is fresh', [...control('max-age=60'), ['Age', '61']], {}],
    ['was made longer ago than it is fresh', control('max-age=60'), { date: new Date(arrival - 61_000).toUTCString() }],
    ['has an age that nobody can read', [...control('max-age=60'), ['Age', 'old']], {}],
    ['has two ages', [...control('max-age=60'), ['Age', '0'], ['Age', '0']], {}],
    [
      'has two times of expiry',
      [
        ['Expires', 'Thu, 15 Jan 2026 13:00:00 GMT'],
        ['Expires', '0'],
      ],
      {},
    ],
    [
      'says nothing, with a status that tells nothing',
      [['Last-Modified', 'Wed, 01 Jan 2020 00:00:00 GMT']],
      { status: 201 },
    ],
  ])('an answer is not kept that %s', (_why, lines, more) => {
    expect(store(lines, more)).toBeNull();
  });

  test('an answer is kept for as long as it says, in the order that the RFC gives', () => {
    const expires: Lines = [['Expires', 'Thu, 15 Jan 2026 12:01:00 GMT']];
    expect(stored(...control('s-maxage=10, max-age=20'), ...expires).lifetimeMs).toBe(10_000);
    expect(stored(...control('max-age=20'), ...expires).lifetimeMs).toBe(20_000);
    expect(stored(...expires).lifetimeMs).toBe(60_000);
  });

  test('fields that are not for everybody are not kept, nor any that concern the connection', () => {
    const { fields } = stored(
      ...control('max-age=60, private="a", no-cache="B"'),
      ['A', '1'],
      ['b', '2'],
      ['C', '3'],
      ['TE', 'x'],
    );
    expect(fields.filter((_, i) => i % 2 === 0)).toEqual(['Cache-Control', 'C']);
  });

  test('what has to be validated each time is never fresh, and never stands in for an error', () => {
    const head = stored(...control('no-cache, max-age=60, stale-if-error=60'), ['ETag', '"a"']);
    expect(judgeReuse(head, parseDirectives([]), arrival)).toBe('expired');
    expect(mayReplaceError(head, true, arrival)).toBe(false);
  });

  test('where no upstream answers, what is stored stands in for a day, and where one fails only if it says so', () => {
    const head = stored(...control('max-age=60'));
    const after = (hours: number) => arrival + hours * 3600_000;
    expect([mayReplaceError(head, true, after(23)), mayReplaceError(head, true, after(25))]).toEqual([true, false]);
    expect(mayReplaceError(head, false, after(1))).toBe(false);
  });

  test('a 304 brings what is stored up to date, but for what speaks of the body', () => {
    const head = stored(
      ...control('max-age=60'),
      ['ETag', '"a"'],
      ['X', 'old'],
      ['Y', 'kept'],
      ['Content-Encoding', 'br'],
    );
    const later = {
      ...answerWith(['X', 'new'], ['ETag', '"b"'], ['Content-Encoding', 'gzip']),
      requestAt: arrival + 70_000,
      responseAt: arrival + 70_000,
    };
    const updated = updatedHead(head, { ...later, status: 304 }, rfc);
    expect(updated.fields).toEqual([
      'Cache-Control',
      'max-age=60',
      'ETag',
      '"a"',
      'Y',
      'kept',
      'Content-Encoding',
      'br',
      'X',
      'new',
    ]);
    expect([updated.status, judgeReuse(updated, parseDirectives([]), arrival + 80_000)]).toEqual([200, 'fresh']);
  });
});

describe('by simpler rules', () => {
  const fixed: StoringRules = { ...rfc, mode: 'fixed' };
  const upstream: StoringRules = { ...rfc, mode: 'upstream' };

  test('a zone in memory keeps what is not forbidden, for its own time', () => {
    expect(store(control('max-age=60'), {}, fixed)?.lifetimeMs).toBe(9_000);
    expect(store(control('no-cache'), {}, fixed)).toBeNull();
  });

  test('a zone on disk keeps it for the time that the upstream says, or for its own', () => {
    expect(store(control('max-age=60'), {}, upstream)?.lifetimeMs).toBe(60_000);
    expect(store([...control('max-age=60'), ['X-Accel-Expires', '5']], {}, upstream)?.lifetimeMs).toBe(5_000);
    expect(store([], {}, upstream)?.lifetimeMs).toBe(9_000);
    expect(store(control('max-age=0'), {}, upstream)).toBeNull();
  });

  test.each([
    [`@${arrival / 1000 + 7}`, 7_000],
    [`@${arrival / 1000 - 7}`, undefined],
    ['0', undefined],
    ['soon', 60_000],
  ])('a zone on disk keeps it until X-Accel-Expires: %s', (told, lifetimeMs) => {
    const lines: Lines = [...control('max-age=60'), ['X-Accel-Expires', told]];
    expect(store(lines, {}, upstream)?.lifetimeMs).toBe(lifetimeMs);
  });
});
