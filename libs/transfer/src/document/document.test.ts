import { kinds } from '@sluice/schema';
import { readConfigFile } from '@sluice/sync/file';
import { describe, expect, test } from 'vitest';
import { readDocument } from './read-document.ts';
import { readText, TextError } from './read-text.ts';
import { itemOf, nameOfItem, sections } from './sections.ts';

describe('a text that is an attack or a mistake is refused', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`).join('\n');

  test.each([
    ['references that multiply', `a0: &a0 [x]\n${levels}\n`, /alias/i],
    ['brackets without end', `a: ${'['.repeat(100_000)}`, /./],
    ['braces that are closed', `a: ${'[1,'.repeat(2_000)}1${']'.repeat(2_000)} #`, /nested|stack/i],
    ['JSON without end', '['.repeat(100_000), /JSON/],
    ['a key that is there twice', 'a: 1\nb: 2\na: 3\n', /^line 3: /],
    ['JSON with a key that is there twice', '{"a":1,"a":2}', /./],
    ['a tag for something else than data', 'a: !!js/function "x"\nb: [', /./],
    ['too much for a complete reader', `a: &x ${'x'.repeat(5 * 1024 * 1024)}`, /4 MiB/],
  ])('%s', (_, text, message) => {
    expect(() => readText(text)).toThrow(TextError);
    expect(() => readText(text)).toThrow(message);
  });
});

test.each([
  ['{"a": [1]}', { a: [1] }],
  ['a: [1]', { a: [1] }],
  ['{a: [1]}', { a: [1] }],
  ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
])('%s is read, whether it is JSON or YAML', (text, value) => {
  expect(readText(text)).toEqual(value);
});

test('every kind has a section', () => {
  const known = sections.flatMap(([, names]) => names);
  expect([...kinds.keys()].filter((name) => !known.includes(name))).toEqual([]);
});

test.each(sections)('%s is a list that a data plane knows as well', (section) => {
  const text = `sluice: 1\ngroup: g\n${section}: []\n#END\n`;
  expect(readConfigFile(text, { isJson: false, env: {} }).problems).toEqual([]);
});

test.each([
  ['credential', 'jack/c1', 'jack/credentials/c1'],
  ['graphql_cost_decoration', 's/d', 's/graphql_cost_decorations/d'],
  ['secret', 'vault/1', 'vault/1'],
  ['route', 'a', 'a'],
] as const)('the id of a %s is found again where it was written', (kind, id, written) => {
  const item = itemOf(kind, id, { id: id.split('/').at(-1) ?? '', ...(kind === 'secret' && { id }) });
  expect(item['id']).toBe(written);
  const section = sections.find(([, names]) => names.includes(kind))?.[0] ?? '';
  expect(nameOfItem(section, item)).toEqual({ kind, id });
});

test('an id that is left out is the same for the same resource, wherever it stands', () => {
  const idOf = (document: object) =>
    readDocument(document as never).resources.find(({ value }) => value['uri'] === '/a')?.id;
  const alone = idOf({ routes: [{ uri: '/a' }] });
  expect(alone).toMatch(/^route-[0-9a-f]{12}$/);
  expect(idOf({ routes: [{ uri: '/b' }, { uri: '/a', desc: 'new' }] })).toBe(alone);
});

test('a variable that nobody has filled in is no value', () => {
  const { problems } = readDocument({ routes: [{ id: 'a', uri: '/a/${{NAME}}' }] });
  expect(problems).toEqual([{ path: '/routes/0', message: expect.stringContaining('${{NAME}}') as string }]);
});
