import { checkAll, redacted } from '@sluice/schema';
import { expect, test } from 'vitest';
import { describePointer, issuesAt, issuesOf, issuesWithin } from './issues.ts';
import { blockerOf, alternativesOf } from './presence.ts';
import type { Schema } from './schema.ts';

const node: Schema = {
  type: 'object',
  title: 'Node',
  properties: { host: { type: 'string', title: 'Host' }, port: { type: 'integer', title: 'Port' } },
  required: ['host'],
};
const route: Schema = {
  type: 'object',
  properties: {
    uri: { type: 'string', title: 'Path' },
    uris: { type: 'array', items: { type: 'string' }, title: 'Paths' },
    upstream: {
      type: 'object',
      title: 'Upstream',
      properties: { nodes: { type: 'array', items: node, title: 'Nodes' } },
    },
    service_id: { type: 'string', title: 'Service' },
    key: { type: 'string', maxLength: 3, title: 'Key' },
  },
  allOf: [{ oneOf: [{ required: ['uri'] }, { required: ['uris'] }] }],
  anyOf: ['uri', 'uris'].flatMap((path) => ['upstream', 'service_id'].map((target) => ({ required: [path, target] }))),
};
const found = (value: unknown) => issuesOf(route, value, checkAll);

test('an empty form is told what it needs, and each thing once', () => {
  expect(found({})).toEqual([
    { path: '/uri', message: 'Needs Path or Paths.' },
    { path: '/upstream', message: 'Needs Upstream or Service.' },
  ]);
});

test('a begun form is told what is left on the way that it went', () => {
  expect(found({ uris: ['/'] })).toEqual([{ path: '/upstream', message: 'Needs Upstream or Service.' }]);
});

test('fields that exclude each other are named', () => {
  expect(found({ uri: '/', uris: ['/'], service_id: '1' })).toEqual([
    { path: '/uri', message: 'Only one of Path and Paths may be set.' },
  ]);
});

test('a field deep inside is found under its own pointer, in plain words', () => {
  expect(found({ uri: '/', upstream: { nodes: [{ port: 1 }] } })).toEqual([
    { path: '/upstream/nodes/0/host', message: 'This field is required.' },
  ]);
});

test('a value of one of several shapes is told what its own shape has against it', () => {
  const nodes: Schema = { anyOf: [{ type: 'object' }, { type: 'array', items: node }] };
  const upstream: Schema = { type: 'object', properties: { nodes } };

  expect(issuesOf(upstream, { nodes: [{ host: 'a' }, { port: 1 }] }, checkAll)).toEqual([
    { path: '/nodes/1/host', message: 'This field is required.' },
  ]);
});

test('who needs one field, or that field with another, needs the one', () => {
  const checks: Schema = { type: 'object', anyOf: [{ required: ['active'] }, { required: ['active', 'passive'] }] };

  expect(issuesOf(checks, {}, checkAll)).toEqual([{ path: '/active', message: 'Needs Active.' }]);
});

test('the placeholder of a kept secret is nothing to complain about', () => {
  expect(found({ uri: '/', service_id: '1', key: redacted })).toEqual([]);
  expect(found({ uri: '/', service_id: '1', key: 'long' })).toHaveLength(1);
});

test('a pointer reads as the titles on its way', () => {
  expect(describePointer(route, '/upstream/nodes/0/host')).toBe('Upstream › Nodes › #1 › Host');
  expect(describePointer(route, '/plugins/limit-count/count')).toBe('plugins › limit-count › count');
});

test('issues move into a part of a value and out again', () => {
  const issues = [
    { path: '/plugins/a', message: 'x' },
    { path: '/plugins/a/key', message: 'y' },
    { path: '/plugins/ab', message: 'z' },
  ];
  const inner = issuesWithin(issues, '/plugins/a');

  expect(inner.map(({ path }) => path)).toEqual(['', '/key']);
  expect(issuesAt(inner, '/plugins/a')).toEqual(issues.slice(0, 2));
});

test('a field is blocked by the one that excludes it, until that one is cleared', () => {
  const rules = alternativesOf(route);

  expect(blockerOf(rules, 'uris', { uri: '/' })).toBe('uri');
  expect(blockerOf(rules, 'uris', {})).toBeUndefined();
  expect(blockerOf(rules, 'uri', { uri: '/', uris: [] })).toBeUndefined();
  expect(blockerOf(rules, 'key', { uri: '/' })).toBeUndefined();
});
