import { preloadInterpreter, SandboxedFunction } from '@sluice/functions';
import type { BoundRoute } from '../pipeline/bound-route.ts';
import type { RouteFilter, RouteRule } from '../router/candidate.ts';
import type { Resource } from './resource.ts';

/**
 * A version of a route: what the router goes by, and what the first request to it compiles. There are as many as routes, so
 * that it is one object, and what many of them have in common is there once.
 */
export class PlacedRoute implements RouteRule<PlacedRoute> {
  readonly resource: Resource;
  /** Its own hosts, or those of its service. */
  readonly hosts: readonly string[];
  readonly methods: readonly string[] | undefined;
  readonly priority: number;
  readonly serviceId: string | undefined;
  /** Compiled with the first request. */
  bound: BoundRoute | null = null;
  /** One path, as nearly all have, needs no list. */
  readonly #paths: string | readonly string[];
  readonly #conditions: Conditions | null;

  constructor(resource: Resource, lentHosts: (serviceId: string | undefined) => readonly string[]) {
    const { raw } = resource;
    const uris = textList(raw['uris'], raw['uri']);
    const hosts = textList(raw['hosts'], raw['host']);
    const methods = textList(raw['methods'], undefined);
    this.resource = resource;
    this.serviceId = shared(resource.text('service_id'));
    this.hosts = hosts.length > 0 ? sharedList(hosts) : lentHosts(this.serviceId);
    this.methods = methods.length > 0 ? sharedList(methods) : undefined;
    this.priority = typeof raw['priority'] === 'number' ? raw['priority'] : 0;
    // The router has nothing to find of a route that is switched off.
    this.#paths = raw['status'] === 0 ? none : uris.length === 1 ? (uris[0] ?? none) : uris;
    this.#conditions = conditionsOf(raw);
  }

  /** Without paths, no request can reach it. */
  get isReachable(): boolean {
    return this.#paths.length > 0;
  }

  get id(): string {
    return this.resource.id;
  }

  get createdRevision(): number {
    return this.resource.createdRevision;
  }

  get target(): this {
    return this;
  }

  get uris(): readonly string[] {
    return typeof this.#paths === 'string' ? [this.#paths] : this.#paths;
  }

  get remoteAddrs(): readonly string[] | undefined {
    return this.#conditions?.remoteAddrs;
  }

  get vars(): readonly unknown[] | undefined {
    return this.#conditions?.vars;
  }

  get filter(): RouteFilter | undefined {
    return this.#conditions?.filter;
  }
}

/** What few routes ask for. */
interface Conditions {
  readonly remoteAddrs: readonly string[] | undefined;
  readonly vars: readonly unknown[] | undefined;
  readonly filter: RouteFilter | undefined;
}

function conditionsOf(raw: Resource['raw']): Conditions | null {
  const remoteAddrs = textList(raw['remote_addrs'], raw['remote_addr']);
  const vars = Array.isArray(raw['vars']) && raw['vars'].length > 0 ? raw['vars'] : undefined;
  const filter = filterOf(raw['filter_func']);
  if (remoteAddrs.length === 0 && vars === undefined && filter === undefined) return null;
  return { remoteAddrs: remoteAddrs.length > 0 ? remoteAddrs : undefined, vars, filter };
}

/** A match takes microseconds; these end what never would, or would eat the worker's memory. */
const filterLimits = { timeoutMs: 50, memoryMiB: 8 };

function filterOf(source: unknown): SandboxedFunction | undefined {
  if (typeof source !== 'string') return undefined;
  preloadInterpreter();
  return new SandboxedFunction(source, filterLimits);
}

/** The hosts that a service lends to its routes. */
export function hostsOf(service: Resource | undefined): readonly string[] {
  return service ? textList(service.raw['hosts'], undefined) : none;
}

const none: readonly never[] = Object.freeze([]);

/** Thousands of routes have the same hosts, methods or service: they share one list, or one text. */
const knownLists = new Map<string, readonly string[]>();
const knownTexts = new Map<string, string>();
const knownMax = 10_000;

function sharedList(list: readonly string[]): readonly string[] {
  // No name of a host or method has a line break.
  const key = list.length === 1 ? (list[0] ?? '') : list.join('\n');
  return remembered(knownLists, key, list);
}

function shared(text: string | undefined): string | undefined {
  return text === undefined ? undefined : remembered(knownTexts, text, text);
}

function remembered<V>(known: Map<string, V>, key: string, value: V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= knownMax) known.clear();
  known.set(key, value);
  return value;
}

function textList(many: unknown, one: unknown): readonly string[] {
  if (many === undefined) return typeof one === 'string' ? [one] : none;
  const list: readonly unknown[] = Array.isArray(many) ? many : [one];
  return list.filter((item) => typeof item === 'string');
}
