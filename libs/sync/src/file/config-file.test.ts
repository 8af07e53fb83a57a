import { describe, expect, test } from 'vitest';
import { readConfigFile } from './config-file.ts';

function read(text: string, env: Record<string, string> = {}) {
  return readConfigFile(text, { isJson: false, env });
}

function problemsOf(text: string) {
  return read(`${text}\n#END\n`).problems;
}

describe('what cannot be used is said with its place', () => {
  test.each([
    ['routes:\n  - uri: /a\n bad: [', 3, undefined],
    ['routes:\n  - id: 1\n    uri: /a\n  - id: 1\n    uri: /b', 4, 'routes.1'],
    ['rutes:\n  - uri: /a', 1, 'rutes'],
    ['services: []\nroutes:\n  uri: /a', 2, 'routes'],
    ['routes:\n  - /a', 2, 'routes.0'],
    ['routes:\n  - uri: /a\n    uri: /b', 3, undefined],
    ['routes:\n  - uri: ${{MISSING}}', 2, 'routes.0.uri'],
    ['routes:\n  - uri: /a\n    priority: .nan', 2, 'routes.0'],
    ['- a', 1, undefined],
    ['routes:\n  - uri: /a\n    upstream:\n      discovery_type: consul', 4, 'routes.0.upstream.discovery_type'],
    ['routes:\n  - uri: /a\n    upstream:\n      scheme: kafka', 4, 'routes.0.upstream.scheme'],
    ['upstreams:\n  - nodes: {}\n    type: dice', 3, 'upstreams.0.type'],
    [
      'consumers:\n  - username: a\n    plugins:\n      key-auth: {key: $secret://}',
      4,
      'consumers.0.plugins.key-auth.key',
    ],
  ])('%j', (text, line, path) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ line, ...(path !== undefined && { path }) });
  });

  test('all of it at once, and then nothing of the file is used', () => {
    const { problems, resources } = read('routes:\n  - 1\n  - uri: /ok\nservices: 3\nother: []\n#END\n');
    expect(problems.map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(resources).toEqual([]);
  });

  test.each(['routes: []', 'routes: []\n#END\nmore: []', '', 'routes:\n  - uri: /a # END'])(
    'a file without its last line: %j',
    (text) => {
      expect(read(text).problems).toMatchObject([{ message: expect.stringContaining('#END') as unknown }]);
    },
  );

  test('references that multiply without end', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`).join('\n');
    expect(read(`a0: &a0 [x]\n${levels}\n#END\n`).problems[0]?.message).toContain('alias');
  });
});

describe('every list becomes resources of its kind', () => {
  test('with the ids that they have', () => {
    const text = [
      'routes: [{id: 1, uri: /a}]',
      'consumers: [{username: jack, plugins: {}}, {id: jack/credentials/c1, plugins: {}}]',
      'plugin_metadata: [{id: http-logger, log_format: {}}]',
      'secrets: [{id: vault/1, uri: "http://v"}]',
      'ssls: []',
      'upstreams:',
      'plugins: [{name: key-auth}]',
      '#END',
    ].join('\n');
    const { resources, problems } = read(text);

    expect(problems).toEqual([]);
    expect(resources.map(({ kind, id, value }) => [kind, id, value])).toEqual([
      ['route', '1', { id: '1', uri: '/a' }],
      ['consumer', 'jack', { username: 'jack', plugins: {} }],
      ['credential', 'jack/c1', { id: 'c1', plugins: {} }],
      ['plugin_metadata', 'http-logger', { id: 'http-logger', log_format: {} }],
      ['secret', 'vault/1', { id: 'vault/1', uri: 'http://v' }],
    ]);
  });

  test('without an id, with one that stays when other resources come and go, or its target changes', () => {
    const idOf = (text: string) => read(`routes:\n${text}\n#END\n`).resources.find((r) => r.value['uri'] === '/a')?.id;
    const alone = idOf('  - uri: /a');

    expect(alone).toMatch(/^route-[0-9a-f]{12}$/);
    expect(idOf('  - uri: /b\n  - uri: /a\n    upstream_id: 3')).toBe(alone);
    expect(idOf('  - uri: /a\n    methods: [GET]')).not.toBe(alone);
  });

  test('twice the same without an id, each with its own', () => {
    const ids = read('routes:\n  - uri: /a\n  - uri: /a\n#END\n').resources.map(({ id }) => id);
    expect(ids[1]).toBe(`${ids[0]}-2`);
  });
});

describe('the environment', () => {
  test('fills values and keys, with its default where it says nothing', () => {
    const text = `upstreams:
  - id: 1
    name: pre-\${{NAME}}-post
    retries: \${{RETRIES:=2}}
    nodes:
      "\${{HOST}}:\${{PORT:=80}}": 1
    enabled: \${{ON}}
#END
`;
    expect(read(text, { NAME: 'n', HOST: 'h.com', ON: 'true' }).resources[0]?.value).toEqual({
      id: '1',
      name: 'pre-n-post',
      retries: 2,
      nodes: { 'h.com:80': 1 },
      enabled: true,
    });
  });

  test('cannot change the structure of the file', () => {
    const { resources } = read('routes:\n  - uri: ${{U}}\n    name: x\n#END\n', { U: '/a"\nroutes: []\n#END' });
    expect(resources[0]?.value).toMatchObject({ uri: '/a"\nroutes: []\n#END', name: 'x' });
  });
});

test('JSON needs no last line, but has to be whole', () => {
  const json = (text: string) => readConfigFile(text, { isJson: true, env: {} });
  expect(json('{"routes":[{"id":"1","uri":"/a"}]}').resources).toHaveLength(1);
  expect(json('{"routes":[{"id":"1","uri":"/a"').problems).not.toEqual([]);
});

test('an export of a control plane is read, but not with secrets that it has left out', () => {
  const text = (key: string) =>
    `sluice: 1\ngroup: prod\nconsumers:\n  - username: jack\n    plugins:\n      key-auth:\n        key: ${key}\nsealed: {}\n#END\n`;

  expect(read(text('k')).resources).toHaveLength(1);
  expect(read(text('__redacted__'))).toMatchObject({
    resources: [],
    problems: [{ line: 7, path: 'consumers.0.plugins.key-auth.key' }],
  });
});
