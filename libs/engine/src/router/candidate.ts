import {
  addressSet,
  type AddressSet,
  checkExpression,
  compileExpression,
  type Expression,
  type VariableSource,
} from '@sluice/expr';
import { FunctionError, type SandboxedFunction } from '@sluice/functions';
import { hostPattern, type HostPattern } from './host-pattern.ts';
import { methodMask } from './method-mask.ts';
import { type PathPattern, pathPattern, type RouterMode } from './path-pattern.ts';

/** What the router needs to know about a route. `target` is what a match gives back. */
export interface RouteRule<T> {
  readonly id: string;
  readonly uris: readonly string[];
  /** Empty: any host. */
  readonly hosts: readonly string[];
  readonly methods: readonly string[] | undefined;
  readonly remoteAddrs: readonly string[] | undefined;
  readonly vars: readonly unknown[] | undefined;
  /** A function of the configuration that must say yes. */
  readonly filter: RouteFilter | undefined;
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
  /** What has to be there before the question can be answered, as noted by `awaitFirst`; null for nothing. */
  readonly awaited: Promise<unknown> | null;
  /** Notes that the answer depends on something that is not there yet. False where it has to be given without. */
  awaitFirst(work: () => Promise<unknown>): boolean;
  value(name: string): unknown;
  /** Told of a route whose function gave no answer; the route does not match. */
  onFilterFailure(routeId: string, error: FunctionError): void;
}

/** A function that decides whether a route matches. */
export type RouteFilter = Pick<SandboxedFunction, 'isReady' | 'ready' | 'test'>;

/**
 * One path of a route (and in the host mode one host): the unit that the router compares. There are as many as routes, or
 * more, so that it holds little; what a search needs of its path is taken apart when the first one comes near.
 */
export class Candidate<T> {
  readonly rule: RouteRule<T>;
  /** The path as it was configured. */
  readonly source: string;
  readonly #mode: RouterMode;
  readonly #predicates: Predicates;
  readonly #host: HostPattern | null;
  #path: PathPattern | null = null;

  constructor(rule: RouteRule<T>, source: string, mode: RouterMode, predicates: Predicates, host: HostPattern | null) {
    this.rule = rule;
    this.source = source;
    this.#mode = mode;
    this.#predicates = predicates;
    this.#host = host;
  }

  get path(): PathPattern {
    return (this.#path ??= pathPattern(this.source, this.#mode));
  }

  /** Null: that cannot be said before what the question awaits is there. */
  accepts(question: RoutingQuestion): boolean | null {
    const predicates = this.#predicates;
    if (predicates.methods !== -1 && (predicates.methods & question.methodBit) === 0) return false;
    const { test } = this.#path ?? this.path;
    if (test !== null && !test(question.matchPath)) return false;
    return predicates.isEmpty || predicates.accept(question);
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
  readonly #filter: RouteFilter | undefined;
  readonly #id: string;
  #reportedAtMs = -Infinity;
  #contains: AddressSet | undefined;
  #expression: Expression | undefined;

  constructor(rule: RouteRule<unknown>, comparesHosts: boolean) {
    this.methods = methodMask(rule.methods);
    this.#hosts = comparesHosts && rule.hosts.length > 0 ? rule.hosts.map(hostPattern) : none;
    this.#remoteAddrs = rule.remoteAddrs ?? none;
    this.#vars = rule.vars ?? none;
    this.#filter = rule.filter;
    this.#id = rule.id;
    const hasCondition = this.#vars.length > 0 || rule.filter !== undefined;
    this.isEmpty = this.#hosts.length === 0 && this.#remoteAddrs.length === 0 && !hasCondition;
  }

  /** The conditions of a rule; those that name nothing but methods and hosts are shared by all rules that name the same. */
  static of(rule: RouteRule<unknown>, comparesHosts: boolean): Predicates {
    const { remoteAddrs, vars, filter } = rule;
    if (remoteAddrs || vars || filter) return new Predicates(rule, comparesHosts);
    const hosts = comparesHosts ? rule.hosts : none;
    // No name of a host has a space.
    const key = `${methodMask(rule.methods)} ${hosts.length === 1 ? hosts[0] : hosts.join(' ')}`;
    let shared = knownPredicates.get(key);
    if (!shared) {
      if (knownPredicates.size >= knownPredicatesMax) knownPredicates.clear();
      shared = new Predicates({ ...bareRule, hosts, methods: rule.methods }, comparesHosts);
      knownPredicates.set(key, shared);
    }
    return shared;
  }

  accept(question: RoutingQuestion): boolean | null {
    if (this.#hosts.length > 0 && !this.hostFor(question)) return false;
    if (this.#remoteAddrs.length > 0) {
      this.#contains ??= addressSet(this.#remoteAddrs);
      if (!this.#contains(question.remoteAddr)) return false;
    }
    if (this.#vars.length > 0) {
      this.#expression ??= expressionOf(this.#vars);
      const holds = this.#expression.test(question);
      if (question.awaited !== null) return null;
      if (!holds) return false;
    }
    return this.#filter === undefined || this.#passesFilter(this.#filter, question);
  }

  #passesFilter(filter: RouteFilter, question: RoutingQuestion): boolean | null {
    if (!filter.isReady && question.awaitFirst(() => filter.ready())) return null;
    try {
      const passes = filter.test(question);
      return question.awaited === null ? passes : null;
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      // It may have failed for lack of what is awaited.
      if (question.awaited !== null) return null;
      this.#report(question, error);
      return false;
    }
  }

  /** Once a second is enough: clients decide how often it fails. */
  #report(question: RoutingQuestion, error: FunctionError): void {
    const now = performance.now();
    if (now - this.#reportedAtMs < reportIntervalMs) return;
    this.#reportedAtMs = now;
    question.onFilterFailure(this.#id, error);
  }

  hostFor({ host, hostHeader }: RoutingQuestion): HostPattern | undefined {
    for (const pattern of this.#hosts) if (pattern.test(host, hostHeader)) return pattern;
    return undefined;
  }
}

const none: readonly never[] = Object.freeze([]);

const knownPredicates = new Map<string, Predicates>();
const knownPredicatesMax = 20_000;

/** A rule without a condition. */
const bareRule: RouteRule<null> = {
  id: '',
  uris: none,
  hosts: none,
  methods: undefined,
  remoteAddrs: undefined,
  vars: undefined,
  filter: undefined,
  priority: 0,
  createdRevision: 0,
  target: null,
};

const reportIntervalMs = 1_000;

const never: Expression = { test: () => false };

/** A route is served although its condition is broken only where nothing better is known; nobody can say whom it means. */
function expressionOf(vars: readonly unknown[]): Expression {
  return checkExpression(vars) === undefined ? compileExpression(vars) : never;
}
