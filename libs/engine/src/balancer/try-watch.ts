import type { BalancedNode } from './balancer.ts';
import type { NodeBalancer } from './node-balancer.ts';

/** What tries tell about the health of a node. */
export interface NodeObserver {
  answered(name: string, status: number): void;
  /** No answer came, or it broke off: `status` is the one that says so, 502 or 504. */
  failed(name: string, status: number): void;
}

/** A node that failed counts as no faster than this: refusing quickly is no speed. */
const failedMsMin = 1000;

/** Makes a watch where one is needed: null costs a request one comparison. */
export function tryWatch<N extends BalancedNode>(
  balancer: NodeBalancer<N>,
  health: NodeObserver | null,
): TryWatch<N> | null {
  return balancer.watchesLoad || health !== null ? new TryWatch(balancer, health) : null;
}

/** Hears of every try of an upstream whose balancer counts them, or whose health is told from traffic. */
export class TryWatch<N extends BalancedNode> {
  readonly balancer: NodeBalancer<N>;
  readonly health: NodeObserver | null;

  constructor(balancer: NodeBalancer<N>, health: NodeObserver | null) {
    this.balancer = balancer;
    this.health = health;
  }

  begin(node: N): WatchedTry {
    return new RunningTry(this, node);
  }
}

/** One request on one node. */
export interface WatchedTry {
  /** The head of an answer has come. */
  answered(status: number): void;
  /** There is no answer, or no whole one. */
  failed(status: number): void;
  /** Nothing more is expected of the node. Safe to call again. */
  end(): void;
}

class RunningTry<N extends BalancedNode> implements WatchedTry {
  readonly #watch: TryWatch<N>;
  readonly #node: N;
  readonly #beganMs = performance.now();
  #isTimed = false;
  #isOver = false;

  constructor(watch: TryWatch<N>, node: N) {
    this.#watch = watch;
    this.#node = node;
    watch.balancer.began(node);
  }

  answered(status: number): void {
    this.#time(0, false);
    this.#watch.health?.answered(this.#node.name, status);
  }

  failed(status: number): void {
    if (this.#isOver) return;
    this.#time(failedMsMin, false);
    this.#watch.health?.failed(this.#node.name, status);
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Nobody waits any more: the answer would have taken at least this long.
    this.#time(0, true);
    this.#watch.balancer.ended(this.#node);
  }

  #time(msMin: number, isAtLeast: boolean): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#watch.balancer.timed(this.#node, Math.max(performance.now() - this.#beganMs, msMin), isAtLeast);
  }
}
