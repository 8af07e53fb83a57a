import type { LoadRequest } from '../measure/saturate.ts';
import { type BenchResource, keyAuth, upstreamOf, type Workload } from './resources.ts';

const requestsMax = 1_000;

/** One route behind key-auth and so many consumers, each with a key of its own. Requests are uniform over 1,000 of them. */
export function consumerSet(consumers: number, nodes: readonly string[]): Workload {
  const route = { uri: '/*', plugins: { 'key-auth': keyAuth }, upstream: upstreamOf(nodes.slice(0, 1)) };
  const asked = Math.min(consumers, requestsMax);
  return {
    resources: [
      { kind: 'route', id: '1', value: route },
      ...Array.from({ length: consumers }, (_, i) => consumerAt(i)),
    ],
    requests: Array.from({ length: asked }, (_, n) => requestOf(Math.floor((n * consumers) / asked))),
  };
}

function consumerAt(i: number): BenchResource {
  const username = `consumer_${i}`;
  return { kind: 'consumer', id: username, value: { username, plugins: { 'key-auth': { key: keyOf(i) } } } };
}

function requestOf(i: number): LoadRequest {
  return { method: 'GET', path: '/', headers: { apikey: keyOf(i) } };
}

function keyOf(i: number): string {
  return `key-of-consumer-${i}-5d1d1f0c`;
}
