import type { LoadRequest } from '../measure/saturate.ts';
import { apiKey, type BenchResource, consumer, keyAuth, limitCount, upstreamOf, type Workload } from './resources.ts';

const hosts = 200;
const requestsMax = 1_000;

/** The service of all routes: it brings their key-auth. */
export function sharedService(version: number): BenchResource {
  const value = { name: 'shared', desc: `version ${version}`, plugins: { 'key-auth': keyAuth } };
  return { kind: 'service', id: 'shared', value };
}

/** A route of the scale set. `version` makes it differ from the same one before. */
export function scaleRoute(i: number, nodes: readonly string[], version = 0): BenchResource {
  const value = {
    name: `route-${i}`,
    desc: `version ${version}`,
    uri: pathPattern(i),
    host: hostOf(i),
    methods: ['GET', 'POST'],
    status: 1,
    priority: 0,
    service_id: 'shared',
    ...(hasVars(i) && { vars: [['http_x_tenant', '==', `t${i % 7}`]] }),
    plugins: { 'limit-count': limitCount },
    upstream: upstreamOf(nodes),
  };
  return { kind: 'route', id: `r${i}`, value };
}

/**
 * Routes that mix exact paths, prefixes and parameters on 200 hosts, a tenth of them with a condition on a header; each has
 * its own upstream of two nodes, and all are behind key-auth and limit-count. Requests are uniform over 1,000 of them.
 */
export function scaleSet(routes: number, nodes: readonly string[]): Workload {
  const asked = Math.min(routes, requestsMax);
  return {
    resources: [consumer, sharedService(0), ...Array.from({ length: routes }, (_, i) => scaleRoute(i, nodes))],
    requests: Array.from({ length: asked }, (_, n) => scaleRequest(Math.floor((n * routes) / asked))),
  };
}

/** A request that the route takes. */
export function scaleRequest(i: number): LoadRequest {
  const headers = { Host: hostOf(i), apikey: apiKey };
  return {
    method: 'GET',
    path: pathPattern(i).replace(':id', '4711').replace('*', 'some/rest'),
    headers: hasVars(i) ? { ...headers, 'X-Tenant': `t${i % 7}` } : headers,
  };
}

function hostOf(i: number): string {
  return `api-${i % hosts}.example.com`;
}

function hasVars(i: number): boolean {
  return i % 10 === 3;
}

function pathPattern(i: number): string {
  const team = `/team-${i % 37}/service-${i}`;
  if (i % 5 < 2) return `${team}/orders`;
  return i % 5 < 4 ? `${team}/files/*` : `${team}/items/:id/state`;
}
