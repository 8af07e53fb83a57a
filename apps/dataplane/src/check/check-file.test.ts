import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSettings } from '@sluice/settings';
import { pluginSchema } from '../catalogue.ts';
import { dataPlaneSettings } from '../config/settings.ts';
import { checkFile } from './check-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-check-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function check(text: string) {
  const path = join(folder, 'f.yaml');
  writeFileSync(path, text);
  const { lines, isSound } = checkFile(path, { env: {}, lookup: pluginSchema });
  return { isSound, lines: lines.map((line) => line.replace(`${path}:`, '')) };
}

test('everything that is wrong is said at once, in the order of the lines', () => {
  const { isSound, lines } = check(`routes:
  - id: 1
    uri: /a
    service_id: 9
    priority: high
    plugins:
      limit-count: {count: -1}
      no-such-plugin: {}
  - id: 2
    uri: /b
    vars: [[arg_a, "=", 1]]
    upstream_id: 1
  - id: 3
    uri: /c
    upstream_id: 1
    filter_func: function(vars) return true end
upstreams:
  - id: 1
    nodes: {"127.0.0.1:80": 1}
    type: roundrobin
    colour: red
#END
`);

  expect(isSound).toBe(false);
  expect(lines.map((line) => line.slice(0, 60))).toEqual([
    expect.stringMatching(/^4: routes\.0\.service_id: there is no service 9/),
    expect.stringMatching(/^5: routes\.0\.priority: /),
    expect.stringMatching(/^7: routes\.0\.plugins\.limit-count/),
    expect.stringMatching(/^8: routes\.0\.plugins\.no-such-plugin/),
    expect.stringMatching(/^9: routes\.1: failed to validate the 'vars' expression/),
    expect.stringMatching(/^13: routes\.2: failed to validate the 'filter_func' function/),
    expect.stringMatching(/colour/),
  ]);
});

test('a proto that no plugin could read is found before it is served', () => {
  const { isSound, lines } = check(
    `protos:\n  - id: 1\n    content: 'syntax = "proto3"; message A { Nobody b = 1; }'\n#END\n`,
  );

  expect(isSound).toBe(false);
  expect(lines).toEqual([expect.stringMatching(/^2: protos\.0: invalid content: no such .*Nobody/)]);
});

test('a secret that is refused is not repeated', () => {
  const { isSound, lines } = check(
    'consumers:\n  - username: j\n    plugins:\n      key-auth: {key: [geheim]}\n#END\n',
  );
  expect(isSound).toBe(false);
  expect(lines.join('\n')).not.toContain('geheim');
});

test('a file that can be served is called sound', () => {
  expect(check('routes:\n  - uri: /a\n    upstream: {type: roundrobin, nodes: {"127.0.0.1:80": 1}}\n#END\n')).toEqual({
    isSound: true,
    lines: [' 1 resources, nothing is wrong'],
  });
});

test('what is stored and does nothing is told, and keeps nobody from serving the rest', () => {
  const { isSound, lines } = check(`routes: [{id: 1, uri: /a, upstream: {nodes: {"127.0.0.1:80": 1}}}]
stream_routes:
  - id: 1
    server_port: 9100
#END
`);

  expect(isSound).toBe(true);
  expect(lines[0]).toMatch(/^3: stream_routes\.0: warning: stream routes are stored, but /);
});

test('a credential needs its consumer in the same file', () => {
  const { lines } = check(`consumers:
  - username: ann
  - id: jack/credentials/c1
    plugins: {key-auth: {key: secret-of-jack}}
#END
`);

  expect(lines).toEqual(['3: consumers.1: there is no consumer jack']);
});

test('an export without secrets is in order, with a remark for each that is to be filled in', () => {
  const { isSound, lines } = check(`sluice: 1
group: prod
consumers:
  - username: jack
    plugins:
      key-auth:
        key: __redacted__
#END
`);

  expect(isSound).toBe(true);
  expect(lines).toEqual([
    expect.stringMatching(/^7: consumers\.0\.plugins\.key-auth\.key: remark: the secret was left out/),
    expect.stringContaining('1 secrets have to be filled in'),
  ]);
});

test('a plugin that names a zone which the settings do not have is told', () => {
  const path = join(folder, 'f.yaml');
  const route = (zone: string) => `routes:
  - uri: /a
    id: 1
    plugins:
      proxy-cache: {cache_zone: ${zone}}
#END
`;
  const cache = loadSettings(dataPlaneSettings, { env: {} });
  writeFileSync(path, route('nowhere'));
  expect(checkFile(path, { env: {}, lookup: pluginSchema, cache }).lines.join()).toContain(
    'cache_zone nowhere not found',
  );
  writeFileSync(path, route('disk_cache_one'));
  expect(checkFile(path, { env: {}, lookup: pluginSchema, cache }).lines.join()).not.toContain('cache_zone');
});

test('members of a group that do not agree are told, each but the first', () => {
  const { isSound, lines } = check(`services:
  - id: s
    plugins:
      limit-count: {group: g, count: 1, time_window: 60}
routes:
  - id: r
    uri: /a
    plugins:
      limit-count: {group: g, count: 2, time_window: 60}
  - id: same
    uri: /b
    plugins:
      limit-count: {group: g, count: 1, time_window: 60, rejected_code: 503}
#END
`);

  expect(isSound).toBe(false);
  expect(lines).toEqual([
    '9: routes.0.plugins.limit-count.group: group conf mismatched: service s says something else in group "g"',
  ]);
});

test('a field that is left to the metadata of a plugin, which does not have it either, is told', () => {
  const file = (metadata: string) => `routes:
  - id: r
    uri: /a
    plugins:
      file-logger: {}
plugin_metadata:
  - id: file-logger
    ${metadata}
#END
`;
  expect(check(file('log_format: {uri: $uri}')).lines).toEqual([
    '5: routes.0.plugins.file-logger.path: failed to check the configuration of plugin file-logger err: property "path" is not set in either the plugin conf or the metadata',
  ]);
  expect(check(file('path: a.log')).isSound).toBe(true);
});
