import { expect, test } from 'vitest';
import type { EncodedStep } from './batch-messages.ts';
import { RevisionWindow } from './revision-window.ts';

const step = (base: number, revision: number, bytes = 10): EncodedStep => ({ base, revision, messages: [], bytes });

test('a revision inside a step, or before the first one, is continued by none', () => {
  const window = new RevisionWindow(100);
  window.push(step(3, 5));
  expect(window.after(4, 10)).toBeUndefined();
  expect(window.after(2, 10)).toBeUndefined();
  expect(window.after(3, 10)).toEqual(step(3, 5));
});

test('whoever is further behind than a number of steps finds none', () => {
  const window = new RevisionWindow(100);
  for (let at = 0; at < 5; at += 1) window.push(step(at, at + 1));
  expect(window.after(1, 4)).toEqual(step(1, 2));
  expect(window.after(0, 4)).toBeUndefined();
});

test('the oldest steps go when there are more bytes than may be held', () => {
  const window = new RevisionWindow(25);
  for (let at = 0; at < 3; at += 1) window.push(step(at, at + 1));
  expect(window.after(0, 10)).toBeUndefined();
  expect(window.after(1, 10)).toEqual(step(1, 2));
});

test('a step that alone is larger than the window is not held', () => {
  const window = new RevisionWindow(25);
  window.push(step(0, 1, 26));
  expect(window.after(0, 10)).toBeUndefined();
});

test('a step that leaves a gap makes the earlier ones useless', () => {
  const window = new RevisionWindow(100);
  window.push(step(0, 1));
  window.push(step(4, 5));
  expect(window.after(0, 10)).toBeUndefined();
  expect(window.after(4, 10)).toEqual(step(4, 5));
});
