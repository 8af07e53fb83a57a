import { expect, test } from 'vitest';
import { parseHeaderLines } from './header-lines.ts';
import { draftFrom, problemsOf, questionOf, type RequestDraft, searchOf } from './request-draft.ts';
import { requestFor } from './request-for-route.ts';
import { readRequestSearch } from './request-search.ts';

const draft = (fields: Partial<RequestDraft> = {}): RequestDraft => ({ ...draftFrom({}), ...fields });

test.each<[string, Partial<RequestDraft>, string[]]>([
  ['a path without its slash', { path: 'orders' }, ['path']],
  ['a path with a space', { path: '/a b' }, ['path']],
  ['a host with a path in it', { host: 'a/b' }, ['host']],
  ['HTTPS to nobody', { scheme: 'https' }, ['host']],
  ['a field without a colon', { headers: 'X-A' }, ['headers']],
  ['a body beyond all measure', { body: 'x'.repeat(1_048_577) }, ['body']],
  ['a name for an address', { clientIp: 'localhost' }, ['clientIp']],
  ['all of the usual', { host: '[::1]:8080', path: '/a?b=%20', headers: 'A: b', clientIp: '::1' }, []],
])('%s is told before anybody is asked', (_name, fields, names) => {
  expect(Object.keys(problemsOf(draft(fields)))).toEqual(names);
});

test('header fields are read as they are pasted; a name that comes twice has two values', () => {
  expect(parseHeaderLines('Accept: a:b\r\n\n x-a :1\nx-a: 2\nEmpty:')).toEqual({
    headers: { Accept: 'a:b', 'x-a': ['1', '2'], Empty: '' },
  });
  expect(parseHeaderLines('A: 1\nB C: 2')).toEqual({
    problem: 'Line 2: “B C” cannot be the name of a field.',
  });
});

test('an address leads to the same request, without what may be a secret', () => {
  const asked = draft({
    method: 'POST',
    scheme: 'https',
    host: 'a.example',
    path: '/pay?apikey=hunter2&page=2&token=hunter2',
    headers: 'Authorization: hunter2',
    body: 'hunter2',
    clientIp: '10.0.0.1',
    instance: 'dp-1',
  });
  const search = searchOf(asked);

  expect(JSON.stringify(search)).not.toContain('hunter2');
  expect(draftFrom(readRequestSearch({ ...search }))).toEqual({
    ...asked,
    path: '/pay?apikey=&page=2&token=',
    headers: '',
    body: '',
  });
  expect(searchOf(draft())).toEqual({});
});

test('an address that makes no sense is an empty request', () => {
  expect(readRequestSearch({ method: 'GET /', path: 'x', scheme: 'ftp', host: {}, client_ip: null })).toEqual({});
});

test('a question carries what was described and nothing else', () => {
  expect(questionOf(draft(), false)).toEqual({ method: 'GET', url: '/', headers: {}, send: false });
  expect(questionOf(draft({ host: 'a', path: '/b', headers: 'X: 1', body: 'c', instance: 'dp' }), true)).toEqual({
    method: 'GET',
    url: 'http://a/b',
    headers: { X: '1' },
    body: 'c',
    instance: 'dp',
    send: true,
  });
});

test('a route is explained with a request that it is meant for', () => {
  const route = {
    uris: ['/users/:id/*', '/x'],
    hosts: ['*.example.com'],
    methods: ['POST'],
    remote_addrs: ['10.0.0.0/8'],
  };

  expect(requestFor(route)).toEqual({
    method: 'POST',
    host: 'www.example.com',
    path: '/users/id/',
    client_ip: '10.0.0.0',
  });
  expect(requestFor({ uri: '/' })).toEqual({ path: '/' });
});
