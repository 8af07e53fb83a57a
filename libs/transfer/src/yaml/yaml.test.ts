import type { JsonValue } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readPlainYaml } from './read-plain-yaml.ts';
import { writeYaml } from './write-yaml.ts';

describe('what is not plain is left to a complete reader', () => {
  test.each([
    'a: &x 1\nb: *x',
    'a: !!str 1',
    'a: {b: 1, b: 2}',
    'a: 1\na: 2',
    'a:\n  b: 1\n c: 2',
    'a: some\n  more',
    'a: >\n  folded',
    'a: "two\n  lines"',
    '- - 1',
    '---\na: 1',
    'a: b: c',
    'a: text # comment',
    'a: 0x10',
    'a: .inf',
    'a: TRUE',
    'a:\tb',
    '<<: *x',
    'a: @x',
    'a: `x`',
    'a: %x',
    '? a',
    'just text',
    'a: |+\n  x\n',
    'a: |2\n   x\n',
    '__proto__: 1',
  ])('%j', (text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });
});

test.each([
  'a: 1\nb: -1.5e3\nc: true\nd: null\ne: ~\nf:\ng: 007\nh: 1.2.3\ni: 12:30',
  'list:\n- a\n- b\nother: 1',
  'list:\n  - a: 1\n    b:\n      - c\n      - d: 2\n  -\n    e: 3',
  '# comment\n\na: "quoted: # text"\nb: \'it\'\'s\'\n"key: x": []\n  # another\nc: {}\n',
  'a: |\n  one\n\n    two\n  three\nb: |-\n  x\nc: 1',
  'vars:\n  - ["arg_a", "==", "1"]\nurl: http://x.example:80/a?b=c#d\nre: ^/a/[^/]+$',
  "a: it's\nb: -x\nc: a,b\nd: a]b\ne: x:y\nf: ~x\n",
  '- 1\n- two',
])('plain YAML means what the complete reader says: %j', (text) => {
  expect(readPlainYaml(text)).toEqual(parse(text));
});

const awkward = [
  '',
  ' ',
  'true',
  'No',
  'null',
  '~',
  '1',
  '1e3',
  '0x1f',
  '-',
  '- a',
  ':',
  'a: b',
  'a #b',
  '#',
  '*',
  '/a/*',
  '&a',
  '!a',

  '%',
  '@a',
  '`',
  '{a}',
  '[a]',
  '"',
  "'",
  '\\',
  '\t',
  ' a',
  'a ',
  'ä',
  '\u2028',
  '\u0085',
  '\ufeff',
  '\u0000',
  '\u007f',

  'one\ntwo',
  'one\ntwo\n',
  '\none\n',
  'one\n\n',
  ' one\ntwo',
  'one\n\n  two\n',
  'a\r\nb',
  'a\n \nb',
  '#END\nx',
  'x\n#END',
  '---',

  '2026-01-01',
  '12:30:00',
  '.5',
  '+1',
  '1_000',
  '=',
  '<<',
  '|',
  '>',
  '?',
  ',',
  'key',
  '127.0.0.1:80',
  'on',
  'y',
  '__proto_',
];

test('whatever is written is read back, by this reader and by the complete one', () => {
  const values: JsonValue[] = [
    ...awkward,
    ...awkward.map((text) => ({ [text]: text, list: [text, [text, { [text]: [] }], { [text]: { id: text } }] })),
    [1, -0.5, 1e21, 1e-7, true, null, {}, [], [[]], [{}], { a: {}, b: [], c: [[1], []] }],
  ];
  for (const value of values) {
    const text = writeYaml({ value });
    expect(parse(text, { stringKeys: true }), text).toEqual({ value });
    const plain = readPlainYaml(text);
    if (plain !== undefined) expect(plain, text).toEqual({ value });
  }
});

test('what a configuration looks like is read by the quick reader', () => {
  const value = {
    routes: [
      {
        id: 'a',
        uri: '/a/*',
        vars: [['arg_x', '~~', '^[a-z]+$']],
        plugins: { 'proxy-rewrite': { regex_uri: ['^/a/(.*)', '/$1'], headers: { set: { 'X-A': 'b c' } } } },
        upstream: { nodes: [{ host: '10.0.0.1', port: 80, weight: 1 }], checks: { active: { http_path: '/' } } },
        desc: 'one: two # three',
      },
    ],
    ssls: [{ id: '1', cert: '-----BEGIN-----\nabc=\n-----END-----\n', snis: ['*.a.example'] }],
  };
  expect(readPlainYaml(writeYaml(value))).toEqual(value);
});

test('a mapping is written in one order, what names it first', () => {
  expect(writeYaml({ b: 1, name: 'n', a: [2], id: 'x' })).toBe('id: x\nname: "n"\na:\n  - 2\nb: 1\n');
});
