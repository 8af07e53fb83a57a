import { expect, test } from 'vitest';
import { findUnserved } from './unserved.ts';

test.each([
  ['route', { script: 'return {}' }, '/script'],
  ['route', { upstream: { scheme: 'kafka' } }, '/upstream/scheme'],
  ['upstream', { scheme: 'tcp' }, '/scheme'],
  ['upstream', { type: 'my-balancer' }, '/type'],
  ['route', { upstream: { type: 'hash' } }, '/upstream/type'],
] as const)('in a %s, %j is refused at %s', (kind, value, field) => {
  expect(findUnserved(kind, value)).toMatchObject({ field, message: expect.stringContaining('is not served: ') });
});

test.each([
  ['route', { enable_websocket: true, upstream: { type: 'roundrobin', scheme: 'https' } }],
  ['upstream', { scheme: 'grpcs', tls: { verify: true } }],
  ['upstream', { type: 'least_conn', checks: { active: {} } }],
  ['service', { upstream: { type: 'chash', key: 'uri' } }],
  ['route', { upstream: { type: 'ewma' } }],
  ['route', { plugins: { a: { _meta: { priority: 1 } } } }],
] as const)('in a %s, %j is served', (kind, value) => {
  expect(findUnserved(kind, JSON.parse(JSON.stringify(value)))).toBeUndefined();
});

const jackWith = (key: string) => ({ username: 'jack', plugins: { 'key-auth': { key } } });

test.each([
  '$secret://',
  '$secret://aws/1/jack/key',
  '$secret://vault/1',
  '$secret://vault/1/key',
  '$env://',
  '$env:///key',
])('the reference %s, which no data plane could resolve, is refused where it stands', (reference) => {
  expect(findUnserved('consumer', jackWith(reference))).toEqual({
    field: '/plugins/key-auth/key',
    message: expect.stringContaining('$secret://vault/<id>/<name>/<key>'),
  });
});

test.each(['$secret://vault/1/jack/key', '$secret://vault/1/team/jack/key', '$env://KEY', '$ENV://KEYS/jack'])(
  'the reference %s is served',
  (reference) => {
    expect(findUnserved('consumer', jackWith(reference))).toBeUndefined();
  },
);
