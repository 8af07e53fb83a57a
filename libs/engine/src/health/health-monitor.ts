import { randomInt } from 'node:crypto';
import type { Log } from '@sluice/plugin-kit';
import { FastRandom, type RandomSource } from '../balancer/random.ts';
import { type DnsSettings, nameLookup } from '../upstream/name-lookup.ts';
import { type Lookup, Resolver } from '../upstream/resolver.ts';
import type { CheckTarget } from './check-target.ts';
import { HealthBoard } from './health-board.ts';
import type { ActiveChecks, HealthChecks, Limits } from './health-checks.ts';
import { describeFailure, type UpstreamHealthReport, upstreamReport } from './health-report.ts';
import { probe, type ProbeResult } from './probe.ts';
import { type ProbeBounds, type ProbeGroup, type Probed, ProbeSchedule } from './probe-schedule.ts';
import { downWord, isServingWord, type Outcome } from './target-state.ts';
import {
  type CheckedUpstream,
  checkedUpstream,
  type HealthBatch,
  type HealthInput,
  mayHaveChecks,
} from './watched-upstream.ts';

/** What a monitor works with. */
export interface HealthMonitorOptions {
  readonly log: Log;
  readonly lookup?: Lookup;
  /** Whom names are asked for, where `lookup` does not find them. */
  readonly dns?: DnsSettings;
  /** PEM certificates of the authorities that probes over HTTPS go by; those of the platform without it. */
  readonly trustedCertificates?: readonly string[];
  readonly bounds?: ProbeBounds;
}

/** A target that is being watched. */
export interface WatchedTarget extends Probed {
  readonly target: CheckTarget;
  readonly active: ActiveChecks;
  /** On the board; -1 where that is full. */
  slot: number;
  /** What its last change or probe said. */
  detail: string;
  wasServing: boolean;
  /** Upstreams that have it among their nodes. */
  readonly users: Set<WatchedUpstream>;
}

/** An upstream and its targets. */
export interface WatchedUpstream {
  readonly kind: string;
  readonly id: string;
  readonly checks: HealthChecks;
  readonly targets: readonly WatchedTarget[];
}

const defaultBounds: ProbeBounds = { inFlightMax: 256, perSecondMax: 1000 };
/** How soon something that traffic told is noticed here; pickers see it at once. */
const lookMs = 250;
/** So long a place is not given to another target: requests of an older configuration may still look there. */
const graceMs = 60_000;
/** The first probes of a configuration do not all leave in the same moment. */
const firstProbeMs = 100;
const namedMax = 5;

/**
 * Watches the targets of all upstreams that have checks: sends the probes, and keeps the board that pickers read. There is
 * one in a data plane, whatever the number of its workers.
 */
export class HealthMonitor {
  readonly board = new HealthBoard();
  readonly #log: Log;
  readonly #resolver: Resolver;
  readonly #trusted: readonly string[] | undefined;
  readonly #random: RandomSource = new FastRandom(randomInt(1, 2 ** 31));
  readonly #schedule: ProbeSchedule<WatchedTarget>;
  readonly #upstreams = new Map<string, WatchedUpstream>();
  readonly #targets = new Map<string, WatchedTarget>();
  readonly #vacant: { readonly slot: number; readonly key: string; readonly since: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #seenVersion = 0;
  #isFullTold = false;

  constructor(options: HealthMonitorOptions) {
    const { log, dns, lookup = nameLookup(dns), bounds = defaultBounds } = options;
    this.#trusted = options.trustedCertificates;
    this.#log = log;
    this.#resolver = new Resolver({ now: () => Date.now() }, lookup);
    this.#schedule = new ProbeSchedule(
      bounds,
      () => performance.now(),
      (target) => this.#probe(target),
    );
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  /** For `EngineOptions.health`: engines of this and of other threads read it. */
  get buffer(): SharedArrayBuffer {
    return this.board.buffer;
  }

  /** Upstreams with checks. */
  get upstreams(): ReadonlyMap<string, WatchedUpstream> {
    return this.#upstreams;
  }

  /** Follows the configuration. Targets that stay keep their state; those that go are not probed any more. */
  apply({ type, changes }: HealthBatch): void {
    for (const change of changes) if (mayHaveChecks(change.kind)) this.#change(change);
    if (type === 'delta') return;
    const named = new Set(changes.map(({ kind, id }) => `${kind}/${id}`));
    for (const key of this.#upstreams.keys()) if (!named.has(key)) this.#replace(key, null);
  }

  /** How an upstream's nodes are; undefined where it has no checks. */
  report(kind: string, id: string): UpstreamHealthReport | undefined {
    const upstream = this.#upstreams.get(`${kind}/${id}`);
    return upstream && upstreamReport(upstream, this.board);
  }

  *targets(): IterableIterator<WatchedTarget> {
    yield* this.#targets.values();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#schedule.close();
    for (const target of this.#targets.values()) target.slot = -1;
  }

  #change(change: HealthInput): void {
    const next = checkedUpstream(change);
    if (next === null && this.#upstreams.size === 0) return;
    const key = `${change.kind}/${change.id}`;
    if (next || this.#upstreams.has(key)) this.#replace(key, next);
  }

  /** The new targets are taken up before the old ones are given up, so that what stays is never away. */
  #replace(key: string, next: CheckedUpstream | null): void {
    const before = this.#upstreams.get(key);
    if (!next) this.#upstreams.delete(key);
    else {
      const { kind, id, checks } = next;
      const group: ProbeGroup = { inFlight: 0, concurrency: checks.active.concurrency, waiting: [] };
      const known = new Map(before?.targets.map((target) => [target.target.address, target]));
      const targets = next.targets.map((target) => this.#watch(target, checks, group, known.get(target.address)));
      const upstream: WatchedUpstream = { kind, id, checks, targets };
      for (const target of targets) target.users.add(upstream);
      this.#upstreams.set(key, upstream);
    }
    for (const target of before?.targets ?? []) this.#leave(target, before);
  }

  #watch(target: CheckTarget, checks: HealthChecks, group: ProbeGroup, before?: WatchedTarget): WatchedTarget {
    const key = keyText(target);
    const known = this.#targets.get(key);
    if (known) return known;
    // Other checks, the same server: what was down stays down until the new checks have found it well.
    const wasDown = before !== undefined && before.slot >= 0 && !this.board.isServing(before.slot);
    const watched: WatchedTarget = {
      target,
      group,
      active: checks.active,
      slot: this.board.claim(target.key, wasDown ? downWord : 0),
      detail: wasDown ? before.detail : '',
      wasServing: !wasDown,
      users: new Set(),
      appointment: 0,
    };
    if (watched.slot < 0) this.#tellFull();
    this.#targets.set(key, watched);
    this.#schedule.appoint(watched, this.#random.below(firstProbeMs));
    return watched;
  }

  #leave(target: WatchedTarget, user: WatchedUpstream | undefined): void {
    if (user) target.users.delete(user);
    if (target.users.size > 0) return;
    const key = keyText(target.target);
    this.#targets.delete(key);
    this.#schedule.cancel(target);
    if (target.slot >= 0) this.#vacant.push({ slot: target.slot, key, since: performance.now() });
    target.slot = -1;
  }

  async #probe(watched: WatchedTarget): Promise<void> {
    const result = await this.#askAll(watched);
    // Given up meanwhile: nobody wants to know, and the place may be another's.
    if (watched.slot < 0) return;
    const { outcome, detail } = result;
    if (outcome !== null) {
      watched.detail = detail;
      this.board.record(watched.slot, outcome, limitOf(watched.active.limits, outcome));
      this.#notice(watched);
    }
    this.#schedule.appoint(watched, this.#intervalMs(watched));
  }

  /** A name may stand for several addresses: the target is well where one of them is. */
  async #askAll({ target, active }: WatchedTarget): Promise<ProbeResult> {
    let result: ProbeResult = { outcome: 'tcp', detail: 'the name has no address' };
    for (const address of await this.#resolver.resolve(target.host)) {
      result = await probe(address, target, active, this.#trusted);
      if (result.outcome === 'success') break;
    }
    return result;
  }

  #intervalMs({ active, slot }: WatchedTarget): number {
    const interval = this.board.isServing(slot) ? active.healthyIntervalMs : active.unhealthyIntervalMs;
    return interval * (0.9 + this.#random.below(1000) / 5000);
  }

  /** What workers have recorded is told here, and probed by the interval of its new state. */
  #look(): void {
    this.#giveUpPlaces();
    const { version } = this.board;
    if (version === this.#seenVersion) return;
    this.#seenVersion = version;
    for (const target of this.#targets.values())
      if (this.#notice(target)) this.#schedule.appoint(target, this.#intervalMs(target));
  }

  #notice(watched: WatchedTarget): boolean {
    const word = watched.slot < 0 ? 0 : this.board.word(watched.slot);
    const isServing = isServingWord(word);
    if (isServing === watched.wasServing) return false;
    watched.wasServing = isServing;
    const names = [...watched.users].slice(0, namedMax).map(({ kind, id }) => `${kind} ${id}`);
    const fields = { target: watched.target.address, upstreams: names, detail: watched.detail };
    if (isServing) this.#log.info('a target is healthy again', fields);
    else this.#log.warn('a target is unhealthy', { ...fields, reason: describeFailure(word) });
    return true;
  }

  #giveUpPlaces(): void {
    const now = performance.now();
    for (let oldest = this.#vacant[0]; oldest && now - oldest.since > graceMs; oldest = this.#vacant[0]) {
      this.#vacant.shift();
      // It may have come back.
      const isTaken = this.#targets.has(oldest.key) || this.#vacant.some(({ key }) => key === oldest.key);
      if (!isTaken) this.board.release(oldest.slot);
    }
  }

  #tellFull(): void {
    if (!this.#isFullTold) this.#log.error('too many targets have health checks; the rest is not checked', {});
    this.#isFullTold = true;
  }
}

function keyText({ key }: CheckTarget): string {
  return `${key.high} ${key.low}`;
}

function limitOf(limits: Limits, outcome: Outcome): number {
  switch (outcome) {
    case 'success':
      return limits.successes;
    case 'http':
      return limits.httpFailures;
    case 'tcp':
      return limits.tcpFailures;
    case 'timeout':
      return limits.timeouts;
  }
}
