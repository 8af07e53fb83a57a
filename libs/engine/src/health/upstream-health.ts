import type { Upstream } from '@sluice/schema';
import type { NodeHealth } from '../balancer/balancer.ts';
import type { NodeObserver } from '../balancer/try-watch.ts';
import type { UpstreamNode } from '../upstream/upstream-node.ts';
import { checkTarget } from './check-target.ts';
import type { HealthBoard, TargetKey } from './health-board.ts';
import { healthChecks, type PassiveChecks } from './health-checks.ts';

/** The health of an upstream's nodes as a balancer asks for it, and where traffic reports to. */
export class UpstreamHealth implements NodeHealth, NodeObserver {
  readonly passive: PassiveChecks | null;
  readonly #board: HealthBoard;
  readonly #keys: ReadonlyMap<string, TargetKey>;

  constructor(board: HealthBoard, passive: PassiveChecks | null, keys: ReadonlyMap<string, TargetKey>) {
    this.#board = board;
    this.passive = passive;
    this.#keys = keys;
  }

  get version(): number {
    return this.#board.version;
  }

  isServing(name: string): boolean {
    return this.#board.isServing(this.#slot(name));
  }

  answered(name: string, status: number): void {
    if (this.passive === null) return;
    const { verdicts, limits } = this.passive;
    if (verdicts.isSuccess(status)) this.#record(name, 'success', limits.successes);
    else if (verdicts.isFailure(status)) this.#record(name, 'http', limits.httpFailures);
  }

  failed(name: string, status: number): void {
    if (this.passive === null) return;
    const { verdicts, limits } = this.passive;
    if (status === 504) this.#record(name, 'timeout', limits.timeouts);
    else this.#record(name, 'tcp', limits.tcpFailures);
    if (verdicts.isFailure(status)) this.#record(name, 'http', limits.httpFailures);
  }

  #record(name: string, outcome: 'success' | 'http' | 'tcp' | 'timeout', limit: number): void {
    const slot = this.#slot(name);
    if (slot >= 0) this.#board.record(slot, outcome, limit);
  }

  /** Looked up each time: the owner may have given the place to another target meanwhile. */
  #slot(name: string): number {
    const key = this.#keys.get(name);
    return key ? this.#board.find(key) : -1;
  }
}

/** The health of an upstream; null where nobody checks it. */
export function upstreamHealth(
  board: HealthBoard | null,
  spec: Partial<Upstream>,
  nodes: readonly UpstreamNode[],
): UpstreamHealth | null {
  const checks = board && healthChecks(spec);
  if (!board || !checks) return null;
  const keys = new Map(nodes.map((node) => [node.name, checkTarget(node, checks, spec).key]));
  return new UpstreamHealth(board, checks.passive, keys);
}
