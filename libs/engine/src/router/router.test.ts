import { expect, test } from 'vitest';
import type { RouteRule, RoutingQuestion } from './candidate.ts';
import { question, type QuestionParts } from './fixtures/question.ts';
import type { RouterMode } from './path-pattern.ts';
import { Router } from './router.ts';

function rule(id: string, parts: Partial<RouteRule<string>>): RouteRule<string> {
  const any = {
    hosts: [],
    methods: undefined,
    remoteAddrs: undefined,
    vars: undefined,
    filter: undefined,
    priority: 0,
    createdRevision: 1,
  };
  return { ...any, id, uris: ['/*'], target: id, ...parts };
}

function ask(path: string, parts: Omit<QuestionParts, 'path'> = {}): RoutingQuestion {
  return question({ path, ...parts });
}

function routerOf(rules: readonly RouteRule<string>[], mode: RouterMode = 'radixtree_host_uri'): Router<string> {
  return rules.reduce((router, next) => router.with(next), Router.empty<string>(mode));
}

function matched(router: Router<string>, question: RoutingQuestion): string | undefined {
  return router.match(question)?.rule.id;
}

test('without routes nothing matches', () => {
  expect(matched(routerOf([]), ask('/'))).toBeUndefined();
});

test('a prefix needs the text before its wildcard', () => {
  const router = routerOf([rule('1', { uris: ['/a/*'] }), rule('2', { uris: ['/b*'] })]);
  expect(matched(router, ask('/a'))).toBeUndefined();
  expect(matched(router, ask('/a/'))).toBe('1');
  expect(matched(router, ask('/a/x/y'))).toBe('1');
  expect(matched(router, ask('/b'))).toBe('2');
  expect(matched(router, ask('/bcd'))).toBe('2');
});

test('an exact path beats a prefix of any priority, a longer prefix a shorter one', () => {
  const router = routerOf([
    rule('all', { priority: 100 }),
    rule('long', { uris: ['/api/v1/*'] }),
    rule('short', { uris: ['/api/*'], priority: 9 }),
    rule('exact', { uris: ['/api/v1/users'] }),
  ]);
  expect(matched(router, ask('/api/v1/users'))).toBe('exact');
  expect(matched(router, ask('/api/v1/users/1'))).toBe('long');
  expect(matched(router, ask('/api/v2'))).toBe('short');
  expect(matched(router, ask('/x'))).toBe('all');
});

test('for the same path the higher priority is tried first, then the older route', () => {
  const younger = rule('younger', { createdRevision: 7 });
  const router = routerOf([younger, rule('older', { createdRevision: 3 }), rule('low', { priority: -1 })]);
  expect(matched(router, ask('/'))).toBe('older');
  expect(matched(router.with(rule('high', { priority: 1, createdRevision: 9 })), ask('/'))).toBe('high');
});

test('a candidate that refuses hands on to the next, up to shorter prefixes', () => {
  const router = routerOf([
    rule('post', { uris: ['/a'], methods: ['POST'] }),
    rule('near', { uris: ['/a*'], remoteAddrs: ['10.0.0.0/8'] }),
    rule('query', { uris: ['/*'], vars: [['arg_x', '==', '1']] }),
    rule('rest', { uris: ['/*'], priority: -1 }),
  ]);
  expect(matched(router, ask('/a', { method: 'POST' }))).toBe('post');
  expect(matched(router, ask('/a', { remoteAddr: '10.1.1.1' }))).toBe('near');
  expect(matched(router, ask('/a', { variable: () => '1' }))).toBe('query');
  expect(matched(router, ask('/a'))).toBe('rest');
});

test('the most specific host decides before path and priority do', () => {
  const router = routerOf([
    rule('none', { uris: ['/exact'], priority: 100 }),
    rule('any', { hosts: ['*'], uris: ['/any*'] }),
    rule('wild', { hosts: ['*.a.com'] }),
    rule('wilder', { hosts: ['*.x.a.com'] }),
    rule('exact', { hosts: ['X.A.com'] }),
    rule('bare', { hosts: ['*b.com'] }),
  ]);
  expect(matched(router, ask('/exact', { host: 'x.a.com' }))).toBe('exact');
  expect(matched(router, ask('/exact', { host: 'y.x.a.com' }))).toBe('wilder');
  expect(matched(router, ask('/exact', { host: 'y.a.com' }))).toBe('wild');
  expect(matched(router, ask('/exact', { host: 'a.com' }))).toBe('none');
  expect(matched(router, ask('/any', { host: 'other' }))).toBe('any');
  expect(matched(router, ask('/', { host: 'b.com' }))).toBe('bare');
  expect(matched(router, ask('/', { host: 'ab.com' }))).toBe('bare');
});

test('where the specific host has no route for the path, less specific ones are asked', () => {
  const router = routerOf([
    rule('host', { hosts: ['x.a.com'], uris: ['/only'] }),
    rule('wild', { hosts: ['*.a.com'] }),
  ]);
  expect(matched(router, ask('/other', { host: 'x.a.com' }))).toBe('wild');
});

test('in the path mode the path decides, and a host with a port is compared as the client sent it', () => {
  const rules = [
    rule('host', { hosts: ['a.com'], uris: ['/*'] }),
    rule('port', { hosts: ['a.com:8080'], uris: ['/p'] }),
    rule('path', { uris: ['/exact'] }),
  ];
  const router = routerOf(rules, 'radixtree_uri');
  expect(matched(router, ask('/exact'))).toBe('path');
  expect(matched(router, ask('/x'))).toBe('host');
  expect(matched(router, ask('/p', { hostHeader: 'a.com:8080' }))).toBe('port');
  expect(matched(router, ask('/p', { hostHeader: 'a.com' }))).toBe('host');
  expect(matched(router, ask('/x', { host: 'b.com' }))).toBeUndefined();
});

test('parameters stand for one segment that is not empty, and the whole path must fit', () => {
  const router = routerOf([rule('1', { uris: ['/user/:id/books/*'] })], 'radixtree_uri_with_parameter');
  const question = ask('/user/42/books/a/b');
  expect(router.match(question)?.path.params?.('/user/42/books/a/b')).toEqual({ id: '42', ext: 'a/b' });
  expect(matched(router, ask('/user//books/'))).toBeUndefined();
  expect(matched(router, ask('/user/4/2/books/'))).toBeUndefined();
  expect(matched(routerOf([rule('1', { uris: ['/user/:id'] })]), ask('/user/42'))).toBeUndefined();
});

test('a wildcard in the middle takes anything, also several segments', () => {
  const router = routerOf([rule('1', { uris: ['/a/*/z'] }), rule('2', { uris: ['/a/*'] })]);
  expect(matched(router, ask('/a/b/c/z'))).toBe('1');
  expect(matched(router, ask('/a/b/c'))).toBe('2');
});

test('characters that mean something in a pattern mean themselves in a path', () => {
  const router = routerOf([rule('1', { uris: ['/a.b(c)/*/[d]'] })]);
  expect(matched(router, ask('/a.b(c)/x/[d]'))).toBe('1');
  expect(matched(router, ask('/aXb(c)/x/[d]'))).toBeUndefined();
});

test('a router that is still in use does not notice edits', () => {
  const first = rule('1', { uris: ['/a'] });
  const old = routerOf([first]);
  const edited = old.without(first).with(rule('2', { uris: ['/a/b'], hosts: ['x.com'] }));
  expect(matched(old, ask('/a'))).toBe('1');
  expect(matched(edited, ask('/a'))).toBeUndefined();
  expect(matched(edited, ask('/a/b', { host: 'x.com' }))).toBe('2');
});
