import type { TextSource } from '../variables/template.ts';

/** A server that a balancer may choose. */
export interface BalancedNode {
  /** `host:port`: what a node is known by when the configuration changes. */
  readonly name: string;
  /** Share of the traffic; 0 takes none. */
  readonly weight: number;
  /** Nodes of a lower priority serve when all of the higher ones are down or have been tried. */
  readonly priority: number;
}

/** What a choice may depend on: the request. */
export interface PickSource extends TextSource {
  readonly remoteAddr: string;
}

/** A node, and whether it may be chosen now. */
export interface Member<N extends BalancedNode> {
  readonly node: N;
  /** False while it is known to be down and another one is not. */
  isServing: boolean;
}

/** Chooses among nodes of one priority. Chooses in constant or logarithmic time, and allocates nothing. */
export interface Picker<N extends BalancedNode> {
  /** A serving node that was not tried yet; null where there is none. */
  pick(tried: readonly N[] | null, source: PickSource): N | null;
  /** Some members began or ceased to serve. */
  onServingChange?(): void;
  /** A request was sent to a node. */
  began?(node: N): void;
  /** It is over. Called exactly once for each `began`. */
  ended?(node: N): void;
  /** A node took so many milliseconds, or at least so many, until it answered or failed. */
  timed?(node: N, ms: number, isAtLeast: boolean): void;
}

/** Tells which nodes are well. */
export interface NodeHealth {
  /** Changes whenever the health of any node may have changed. Read for every choice. */
  readonly version: number;
  isServing(name: string): boolean;
}

/** Whether a member can be chosen. */
export function isEligible<N extends BalancedNode>(
  { node, isServing }: Member<N>,
  tried: readonly N[] | null,
): boolean {
  return isServing && (tried === null || !tried.includes(node));
}
