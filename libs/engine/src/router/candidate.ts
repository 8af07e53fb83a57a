import { addressSet, type AddressSet, compileExpression, type Expression, type VariableSource } from '@sluice/expr';
import { hostPattern, type HostPattern } from './host-pattern.ts';
import { methodMask } from './method-mask.ts';
import type { PathPattern } from './path-pattern.ts';

/** What the router needs to know about a route. `target` is what a match gives back. */
export interface RouteRule<T> {
  readonly id: string;
  readonly uris: readonly string[];
  /** Empty: any host. */
  readonly hosts: readonly string[];
  readonly methods: readonly string[] | undefined;
  readonly remoteAddrs: readonly string[] | undefined;
  readonly vars: readonly unknown[] | undefined;
  readonly priority: number;
  /** Of routes that are equal in all else, the older one is tried first. */
  readonly createdRevision: number;
  readonly target: T;
}

/** A request as the router sees it. */
export interface RoutingQuestion extends VariableSource {
  /** Decoded and normalised, without query. */
  readonly matchPath: string;
  /** Lower case, without port. */
  readonly host: string;
  readonly reversedHost: string;
  /** Lower case, as the client sent it. */
  readonly hostHeader: string;
  readonly methodBit: number;
  readonly remoteAddr: string;
}

/** One path of a route (and in the host mode one host): the unit that the router compares. */
export class Candidate<T> {
  readonly rule: RouteRule<T>;
  readonly path: PathPattern;
  readonly #methods: number;
  readonly #predicates: Predicates;
  readonly #host: HostPattern | null;

  constructor(rule: RouteRule<T>, path: PathPattern, host: HostPattern | null, predicates: Predicates) {
    this.rule = rule;
    this.path = path;
    this.#host = host;
    this.#predicates = predicates;
    this.#methods = predicates.methods;
  }

  accepts(question: RoutingQuestion): boolean {
    if (this.#methods !== -1 && (this.#methods & question.methodBit) === 0) return false;
    if (this.path.test !== null && !this.path.test(question.matchPath)) return false;
    return this.#predicates.isEmpty || this.#predicates.accept(question);
  }

  /** The host pattern that let the request in; undefined where the route names no host. */
  hostOf(question: RoutingQuestion): string | undefined {
    return (this.#host ?? this.#predicates.hostFor(question))?.source;
  }
}

/** The conditions of a route beyond path and method, shared by its candidates and compiled when first needed. */
export class Predicates {
  readonly methods: number;
  readonly isEmpty: boolean;
  readonly #hosts: readonly HostPattern[];
  readonly #remoteAddrs: readonly string[];
  readonly #vars: readonly unknown[];
  #contains: AddressSet | undefined;
  #expression: Expression | undefined;

  constructor(rule: RouteRule<unknown>, comparesHosts: boolean) {
    this.methods = methodMask(rule.methods);
    this.#hosts = comparesHosts ? rule.hosts.map(hostPattern) : [];
    this.#remoteAddrs = rule.remoteAddrs ?? [];
    this.#vars = rule.vars ?? [];
    this.isEmpty = this.#hosts.length === 0 && this.#remoteAddrs.length === 0 && this.#vars.length === 0;
  }

  accept(question: RoutingQuestion): boolean {
    if (this.#hosts.length > 0 && !this.hostFor(question)) return false;
    if (this.#remoteAddrs.length > 0) {
      this.#contains ??= addressSet(this.#remoteAddrs);
      if (!this.#contains(question.remoteAddr)) return false;
    }
    if (this.#vars.length === 0) return true;
    this.#expression ??= compileExpression(this.#vars);
    return this.#expression.test(question);
  }

  hostFor({ host, hostHeader }: RoutingQuestion): HostPattern | undefined {
    return this.#hosts.find((pattern) => pattern.test(host, hostHeader));
  }
}

/** Puts candidates of one node in the order in which they are tried. */
export function compareCandidates<T>(a: Candidate<T>, b: Candidate<T>): number {
  return (
    b.rule.priority - a.rule.priority ||
    b.path.source.length - a.path.source.length ||
    a.rule.createdRevision - b.rule.createdRevision ||
    (a.rule.id < b.rule.id ? -1 : Number(a.rule.id > b.rule.id))
  );
}
