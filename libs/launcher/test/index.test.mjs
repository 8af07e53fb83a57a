import fs from 'node:fs';
import { expect, test } from 'vitest';
import * as index from '../src/index.mjs';

test('the hand-written types name exactly what is exported', () => {
  const types = fs.readFileSync(new URL('../src/index.d.mts', import.meta.url), 'utf8');
  const declared = [...types.matchAll(/declare function (\w+)/g)].map(([, name]) => name);

  expect(declared.sort()).toEqual(Object.keys(index).sort());
});

test('the planes run on Node 26 or newer', () => {
  expect(index.nodeBinary()).toMatch(/^\/.*node/);
});
