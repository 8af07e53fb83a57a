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

  /** Null: that cannot be said before what the question awaits is there. */
  accepts(question: RoutingQuestion): boolean | null {
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

  /** The conditions of a rule; those that say nothing but the method are shared by all such rules. */
  static of(rule: RouteRule<unknown>, comparesHosts: boolean): Predicates {
    const { hosts, remoteAddrs, vars, filter } = rule;
    if ((comparesHosts && hosts.length > 0) || remoteAddrs || vars || filter)
      return new Predicates(rule, comparesHosts);
    const mask = methodMask(rule.methods);
    let shared = byMethodsOnly.get(mask);
    if (!shared) byMethodsOnly.set(mask, (shared = new Predicates({ ...rule, id: '' }, comparesHosts)));
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
    return this.#hosts.find((pattern) => pattern.test(host, hostHeader));
  }
}

const none: readonly never[] = Object.freeze([]);
const byMethodsOnly = new Map<number, Predicates>();

const reportIntervalMs = 1_000;

const never: Expression = { test: () => false };

/** A route is served although its condition is broken only where nothing better is known; nobody can say whom it means. */
function expressionOf(vars: readonly unknown[]): Expression {
  return checkExpression(vars) === undefined ? compileExpression(vars) : never;
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
