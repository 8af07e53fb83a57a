import { expect, test } from 'vitest';
import { Blame } from './blame.ts';

const plain = (value: unknown) => ({ open: value, shown: value });

/** Blames the last of some values; the first one was made by revision 1, the next by 2, and so on. */
function blamed(...values: unknown[]): Record<string, number | null> {
  const blame = new Blame(plain(values.at(-1)));
  for (let i = values.length - 1; i >= 0 && !blame.isDone; i -= 1) {
    blame.stepBack(i + 1, i === 0 ? undefined : plain(values[i - 1]));
  }
  return Object.fromEntries(blame.fields().map(({ path, revision }) => [path, revision]));
}

test('each field belongs to the revision that last set it', () => {
  expect(blamed({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 2, b: 1, c: { d: 3 } })).toEqual({ '/a': 2, '/b': 1, '/c/d': 3 });
});

test('a field that was set back belongs to the revision that set it back', () => {
  expect(blamed({ a: 1 }, { a: 2 }, { a: 1 })).toEqual({ '/a': 3 });
});

test('items of a list are followed when something came in front of them', () => {
  expect(blamed({ l: ['x', 'y'] }, { l: ['new', 'x', 'y'] })).toEqual({ '/l/0': 2, '/l/1': 1, '/l/2': 1 });
});

test('a field of an item that is the same thing is blamed by itself', () => {
  const nodes = (weight: number) => ({
    nodes: [
      { host: 'a', weight: 1 },
      { host: 'b', weight },
    ],
  });
  expect(blamed(nodes(1), nodes(9))).toEqual({
    '/nodes/0/host': 1,
    '/nodes/0/weight': 1,
    '/nodes/1/host': 1,
    '/nodes/1/weight': 2,
  });
});

test('what was deleted in between is all new afterwards', () => {
  const blame = new Blame(plain({ a: 1 }));
  blame.stepBack(3, undefined);

  expect(blame.isDone).toBe(true);
  expect(blame.fields()).toMatchObject([{ path: '/a', revision: 3 }]);
});

test('what is not changed as far back as was looked has no revision', () => {
  const blame = new Blame(plain({ a: 1, b: 2 }));
  blame.stepBack(5, plain({ a: 1, b: 1 }));

  expect(blame.isDone).toBe(false);
  expect(blame.fields()).toMatchObject([{ revision: null }, { revision: 5 }]);
});

test('a secret is blamed by what it is and shown masked', () => {
  const secret = (open: string) => ({ open: { key: open }, shown: { key: '__redacted__' } });
  const blame = new Blame(secret('same'));
  blame.stepBack(2, secret('same'));
  blame.stepBack(1, undefined);

  expect(blame.fields()).toEqual([{ path: '/key', value: '__redacted__', isSecret: true, revision: 1 }]);
});

test('empty objects and lists are fields of their own', () => {
  expect(blamed({ plugins: {} }, { plugins: {}, list: [] })).toEqual({ '/plugins': 1, '/list': 2 });
});
