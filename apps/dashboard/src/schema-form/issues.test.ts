import { checkAll, redacted } from '@sluice/schema';
import { expect, test } from 'vitest';
import { describePointer, issuesAt, issuesOf, issuesWithin, itemIssue } from './issues.ts';
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

  expect(issuesOf(checks, {}, checkAll)).toEqual([{ path: '/active', message: 'This field is required.' }]);
});

test('of fields that go together, each is marked', () => {
  const limit: Schema = {
    type: 'object',
    properties: { count: { title: 'Requests' }, window: { title: 'Window' }, rules: { title: 'Rules' } },
    oneOf: [{ required: ['count', 'window'] }, { required: ['rules'] }],
  };

  expect(issuesOf(limit, {}, checkAll)).toEqual([
    { path: '/count', message: 'Needs Requests with Window or Rules.' },
    { path: '/window', message: 'Goes with Requests.' },
  ]);
  expect(issuesOf(limit, { window: 1 }, checkAll)).toEqual([{ path: '/count', message: 'This field is required.' }]);
});

test('everything that a condition asks for is marked at once', () => {
  const text: Schema = { type: 'string', title: 'Text' };
  const certificate: Schema = {
    type: 'object',
    properties: {
      type: { type: 'string', default: 'server' },
      sni: { type: 'string', title: 'Name' },
      snis: { type: 'array', items: text, title: 'Names' },
      cert: text,
      key: text,
    },
    if: { properties: { type: { enum: ['server'] } } },
    then: { oneOf: [{ required: ['sni', 'cert', 'key'] }, { required: ['snis', 'cert', 'key'] }] },
    else: { required: ['cert', 'key'] },
  };
  const required = ['/cert', '/key'].map((path) => ({ path, message: 'This field is required.' }));

  expect(issuesOf(certificate, {}, checkAll)).toEqual([{ path: '/sni', message: 'Needs Name or Names.' }, ...required]);
  expect(issuesOf(certificate, { snis: ['a'] }, checkAll)).toEqual(required);
  expect(issuesOf(certificate, { type: 'client' }, checkAll)).toEqual(required);
  expect(issuesOf(certificate, { sni: 'a', snis: ['a'], cert: 'c', key: 'k' }, checkAll)).toEqual([
    { path: '/sni', message: 'Only one of Name and Names may be set.' },
  ]);
});

test('a value of the wrong form is told what is expected, in the words of its schema', () => {
  const host: Schema = { type: 'string', pattern: '^[a-z]+$', description: 'Letters, such as `abc`.' };
  const schema: Schema = {
    type: 'object',
    properties: {
      host,
      hosts: { type: 'array', items: host },
      labels: { type: 'object', patternProperties: { '.*': host } },
      address: { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }], description: 'An IP address.' },
      bare: { type: 'string', pattern: '^x$' },
    },
  };
  const value = { host: '1', hosts: ['a', '2'], labels: { a: '3' }, address: 'home', bare: 'y' };
  const letters = 'Does not fit. Expected: Letters, such as abc.';

  expect(issuesOf(schema, value, checkAll)).toEqual([
    { path: '/host', message: letters },
    { path: '/hosts/1', message: letters },
    { path: '/labels/a', message: letters },
    { path: '/address', message: 'Does not fit. Expected: An IP address.' },
    { path: '/bare', message: 'Failed to match pattern "^x$" with "y".' },
  ]);
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
  const sets = [
    ['sni', 'cert'],
    ['snis', 'cert'],
  ];
  expect(blockerOf([{ exclusive: true, optional: false, sets }], 'snis', { cert: 'c' })).toBeUndefined();
  expect(blockerOf([{ exclusive: true, optional: false, sets }], 'snis', { cert: 'c', sni: 'a' })).toBe('sni');
});

test('a part without a field of its own is named together with what is wrong with it', () => {
  const issues = [{ path: '/hosts/1', message: 'Does not fit.' }];

  expect(itemIssue(issues, '/hosts', ['a.example', 'a b'])).toBe('“a b”: Does not fit.');
  expect(itemIssue(issues, '/hosts', ['a.example', {}])).toBe('1: Does not fit.');
  expect(itemIssue(issues, '/uris', [])).toBeUndefined();
  expect(itemIssue([{ path: '/hosts', message: 'x' }], '/hosts', [])).toBeUndefined();
});
