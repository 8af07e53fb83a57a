import { preloadInterpreter, SandboxedFunction } from '@sluice/functions';
import type { BoundRoute } from '../pipeline/bound-route.ts';
import type { RouteRule } from '../router/candidate.ts';
import type { Resource } from './resource.ts';

/** What the router leads to: a version of a route, and what was compiled of it. */
export class RouteTarget {
  readonly resource: Resource;
  readonly serviceId: string | undefined;
  /** Compiled with the first request. */
  bound: BoundRoute | null = null;

  constructor(resource: Resource) {
    this.resource = resource;
    this.serviceId = resource.text('service_id');
  }
}

/** A match takes microseconds; these end what never would, or would eat the worker's memory. */
const filterLimits = { timeoutMs: 50, memoryMiB: 8 };

/** The rule of a route for the router; null for a route that is switched off. A route without hosts has those of its service. */
export function routeRule(resource: Resource, serviceHosts: readonly string[]): RouteRule<RouteTarget> | null {
  const { raw } = resource;
  const uris = textList(raw['uris'], raw['uri']);
  if (raw['status'] === 0 || uris.length === 0) return null;
  const hosts = sharedList(textList(raw['hosts'], raw['host']));
  const methods = sharedList(textList(raw['methods'], undefined));
  const remoteAddrs = textList(raw['remote_addrs'], raw['remote_addr']);
  return {
    id: resource.id,
    uris,
    hosts: hosts.length > 0 ? hosts : serviceHosts,
    methods: methods.length > 0 ? methods : undefined,
    remoteAddrs: remoteAddrs.length > 0 ? remoteAddrs : undefined,
    vars: Array.isArray(raw['vars']) && raw['vars'].length > 0 ? raw['vars'] : undefined,
    filter: filterOf(raw['filter_func']),
    priority: typeof raw['priority'] === 'number' ? raw['priority'] : 0,
    createdRevision: resource.createdRevision,
    target: new RouteTarget(resource),
  };
}

function filterOf(source: unknown): SandboxedFunction | undefined {
  if (typeof source !== 'string') return undefined;
  preloadInterpreter();
  return new SandboxedFunction(source, filterLimits);
}

/** The hosts that a service lends to its routes. */
export function hostsOf(service: Resource | undefined): readonly string[] {
  return service ? textList(service.raw['hosts'], undefined) : [];
}

/** Thousands of routes have the same hosts or methods: they share one list. */
const knownLists = new Map<string, readonly string[]>();
const knownListsMax = 10_000;

function sharedList(list: readonly string[]): readonly string[] {
  // No name of a host or method has a line break.
  const key = list.join('\n');
  const known = knownLists.get(key);
  if (known) return known;
  if (knownLists.size >= knownListsMax) knownLists.clear();
  knownLists.set(key, list);
  return list;
}

function textList(many: unknown, one: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(many) ? many : [one];
  return list.filter((item) => typeof item === 'string');
}
