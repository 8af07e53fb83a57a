import type { Explanation } from '@sluice/schema';
import { expect, test } from 'vitest';
import { isForecast, outcomeOf } from './outcome.ts';

const upstream: Explanation['upstream'] = {
  algorithm: 'roundrobin',
  nodes: [],
  picked: '10.0.0.1:80',
  why: 'it is the only node',
  tries: [],
  request: { method: 'GET', target: '/', host: null },
};
const route = { id: 'r', name: null, uri: '/', host: null, priority: 0, revision: 1, service_id: null };

function explained(fields: Partial<Explanation>): Explanation {
  return {
    request: { id: null, method: 'GET', url: '/', host: 'localhost', client_ip: '127.0.0.1', headers: [] },
    is_sent: false,
    route,
    losers: [],
    loser_count: 0,
    consumer: null,
    plugins: [],
    upstream: null,
    answer: { status: 200, origin: 'gateway', headers: [], body: '', body_bytes: 0 },
    times: { total_ms: 1, upstream_ms: -1, upstream_header_ms: -1 },
    ...fields,
  };
}

const answer = (status: number, origin: string) => ({ status, origin, headers: [], body: '', body_bytes: 0 });
const step = (decision: 'answered' | 'failed') =>
  ({ plugin: 'key-auth', scope: 'route', phase: 'rewrite', decision, status: null, ms: 0 }) as const;

test.each<[string, Partial<Explanation>, string]>([
  ['no route', { route: null, answer: answer(404, 'gateway') }, '404: no route takes this request'],
  ['a plugin that refuses', { plugins: [step('answered')], answer: answer(401, 'gateway') }, '401: key-auth answered'],
  ['a plugin that breaks', { plugins: [step('failed')], answer: answer(500, 'gateway') }, '500: key-auth failed'],
  ['an upstream that is not asked', { upstream }, 'Would be sent to 10.0.0.1:80'],
  ['no node', { upstream: { ...upstream, picked: null } }, 'No node of the upstream could take the request'],
  ['an answer', { is_sent: true, upstream, answer: answer(201, 'upstream') }, '201 from 10.0.0.1:80'],
  ['no answer', { is_sent: true, upstream, answer: answer(504, 'proxy-error') }, '504: the upstream did not answer'],
])('%s is told in a sentence', (_name, fields, title) => {
  expect(outcomeOf(explained(fields)).title).toBe(title);
});

test('the answer of a request that was not sent is nobody’s, unless a plugin gave it', () => {
  expect(isForecast(explained({ upstream }))).toBe(true);
  expect(isForecast(explained({ upstream, plugins: [step('answered')] }))).toBe(false);
  expect(isForecast(explained({ upstream, is_sent: true }))).toBe(false);
});
