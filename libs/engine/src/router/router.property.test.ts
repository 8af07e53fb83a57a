import { type SeededRandom, seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import type { RouteRule, RoutingQuestion } from './candidate.ts';
import { naiveMatch } from './fixtures/naive-match.ts';
import { question } from './fixtures/question.ts';
import type { RouterMode } from './path-pattern.ts';
import { Router } from './router.ts';
import { RouterBuilder } from './router-builder.ts';

const segments = ['a', 'b', 'ab', 'api', 'v1', 'x.y'];
const hosts = ['a.com', 'x.a.com', 'y.x.a.com', 'b.org', 'com'];
const hostPatterns = [...hosts, '*.a.com', '*.x.a.com', '*a.com', '*', 'a.com:8080'];
const addresses = ['10.1.1.1', '10.200.0.9', '192.168.7.7', '127.0.0.1', 'fd00::1', '::1'];
const blocks = ['10.0.0.0/8', '10.1.0.0/16', '192.168.7.7', '127.0.0.0/8', 'fd00::/8', '::1'];
const methods = ['GET', 'POST', 'PUT'];
const modes: readonly RouterMode[] = ['radixtree_host_uri', 'radixtree_uri', 'radixtree_uri_with_parameter'];

function randomPath(random: SeededRandom): string {
  return Array.from({ length: random.below(4) }, () => `/${random.pick(segments)}`).join('') || '/';
}

function randomUri(random: SeededRandom): string {
  const path = randomPath(random);
  if (random.oneIn(3)) return `${path}*`;
  if (random.oneIn(4)) return `${path}/*/${random.pick(segments)}`;
  return random.oneIn(4) ? `${path}/:id` : path;
}

function randomRule(random: SeededRandom, id: number): RouteRule<number> {
  return {
    id: String(id),
    uris: Array.from({ length: 1 + random.below(2) }, () => randomUri(random)),
    hosts: random.oneIn(2) ? [] : [...new Set([random.pick(hostPatterns), random.pick(hostPatterns)])],
    methods: random.oneIn(2) ? undefined : [random.pick(methods)],
    remoteAddrs: random.oneIn(5) ? [random.pick(blocks), random.pick(blocks)] : undefined,
    vars: random.oneIn(5) ? [['arg_x', '==', '1']] : undefined,
    filter: undefined,
    priority: random.below(3),
    createdRevision: random.below(50),
    target: id,
  };
}

function afresh(rules: Iterable<RouteRule<number>>, mode: RouterMode, atOnce: boolean): Router<number> {
  if (!atOnce) return [...rules].reduce((router, rule) => router.with(rule), Router.empty<number>(mode));
  const builder = new RouterBuilder<number>(mode);
  for (const rule of rules) builder.add(rule);
  return builder.build();
}

function randomQuestion(random: SeededRandom): RoutingQuestion {
  const host = random.pick(hosts);
  const value = random.oneIn(2) ? '1' : undefined;
  return question({
    path: randomPath(random),
    host,
    hostHeader: random.oneIn(4) ? `${host}:8080` : host,
    method: random.pick(methods),
    remoteAddr: random.pick(addresses),
    variable: () => value,
  });
}

test.each(modes)('%s: after random edits it answers as one built afresh and as a naive matcher', (mode) => {
  const random = seededRandom(2026);
  const rules = new Map<number, RouteRule<number>>();
  let router = Router.empty<number>(mode);
  for (let edit = 0; edit < 3_400; edit += 1) {
    const id = random.below(40);
    const old = rules.get(id);
    if (old) router = router.without(old);
    rules.delete(id);
    if (!random.oneIn(3)) {
      const added = randomRule(random, id);
      rules.set(id, added);
      router = router.with(added);
    }
    const fresh = edit % 50 === 0 ? afresh(rules.values(), mode, edit % 100 === 0) : null;
    for (let i = 0; i < 5; i += 1) {
      const asked = randomQuestion(random);
      const expected = naiveMatch(rules.values(), asked, mode);
      const about = `${mode} edit ${edit}: ${asked.host}${asked.matchPath}`;
      expect(router.match(asked)?.rule.id, about).toBe(expected);
      if (fresh) expect(fresh.match(asked)?.rule.id, about).toBe(expected);
    }
    // What was built at once has to take edits like any other.
    if (fresh) router = fresh;
  }
});

test('a router from which every rule was taken out is empty', () => {
  const random = seededRandom(5);
  const rules = Array.from({ length: 60 }, (_, id) => randomRule(random, id));
  const full = rules.reduce((router, rule) => router.with(rule), Router.empty<number>('radixtree_host_uri'));
  const empty = rules.toReversed().reduce((router, rule) => router.without(rule), full);
  for (let i = 0; i < 200; i += 1) expect(empty.match(randomQuestion(random))).toBeNull();
});
