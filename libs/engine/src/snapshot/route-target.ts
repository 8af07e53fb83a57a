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

/** The rule of a route for the router; null for a route that is switched off. A route without hosts has those of its service. */
export function routeRule(resource: Resource, serviceHosts: readonly string[]): RouteRule<RouteTarget> | null {
  const { raw } = resource;
  const uris = textList(raw['uris'], raw['uri']);
  if (raw['status'] === 0 || uris.length === 0) return null;
  const hosts = textList(raw['hosts'], raw['host']);
  const methods = textList(raw['methods'], undefined);
  const remoteAddrs = textList(raw['remote_addrs'], raw['remote_addr']);
  return {
    id: resource.id,
    uris,
    hosts: hosts.length > 0 ? hosts : serviceHosts,
    methods: methods.length > 0 ? methods : undefined,
    remoteAddrs: remoteAddrs.length > 0 ? remoteAddrs : undefined,
    vars: Array.isArray(raw['vars']) && raw['vars'].length > 0 ? raw['vars'] : undefined,
    priority: typeof raw['priority'] === 'number' ? raw['priority'] : 0,
    createdRevision: resource.createdRevision,
    target: new RouteTarget(resource),
  };
}

/** The hosts that a service lends to its routes. */
export function hostsOf(service: Resource | undefined): readonly string[] {
  return service ? textList(service.raw['hosts'], undefined) : [];
}

function textList(many: unknown, one: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(many) ? many : [one];
  return list.filter((item) => typeof item === 'string');
}
