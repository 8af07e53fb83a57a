import type { LoadRequest } from '../measure/saturate.ts';

/** One resource of a configuration. */
export interface BenchResource {
  readonly kind: string;
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A configuration, and requests that it lets through. */
export interface Workload {
  readonly resources: readonly BenchResource[];
  readonly requests: readonly LoadRequest[];
}

/** The credential of every request to what is behind key-auth. */
export const apiKey = 'bench-5d1d1f0c3b2a49e8';

/** The consumer that the key belongs to. */
export const consumer: BenchResource = {
  kind: 'consumer',
  id: 'bench',
  value: { username: 'bench', plugins: { 'key-auth': { key: apiKey } } },
};

export const keyAuth = { header: 'apikey', query: 'apikey', hide_credentials: false };

/** A quota that no run uses up, so that every request is counted and none refused. */
export const limitCount = {
  count: 1_000_000_000,
  time_window: 3600,
  key: 'remote_addr',
  key_type: 'var',
  policy: 'local',
  rejected_code: 503,
  show_limit_quota_header: true,
  allow_degradation: false,
};

/** An upstream of equal nodes. */
export function upstreamOf(nodes: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    type: 'roundrobin',
    scheme: 'http',
    pass_host: 'pass',
    hash_on: 'vars',
    nodes: Object.fromEntries(nodes.map((node) => [node, 1])),
  };
}

/** One route without plugins. */
export function bare(nodes: readonly string[], path = '/'): Workload {
  return {
    resources: [{ kind: 'route', id: '1', value: { uri: '/*', upstream: upstreamOf(nodes.slice(0, 1)) } }],
    requests: [{ method: 'GET', path, headers: {} }],
  };
}

/** One route with key-auth and limit-count. */
export function keyed(nodes: readonly string[]): Workload {
  const plugins = { 'key-auth': keyAuth, 'limit-count': limitCount };
  const route = { uri: '/*', plugins, upstream: upstreamOf(nodes.slice(0, 1)) };
  return {
    resources: [consumer, { kind: 'route', id: '1', value: route }],
    requests: [{ method: 'GET', path: '/', headers: { apikey: apiKey } }],
  };
}
