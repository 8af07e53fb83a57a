import { crc32Text, crc32Word } from './crc32.ts';

/** A node on the ring. */
export interface RingNode {
  readonly name: string;
  readonly weight: number;
}

/** Points of a node for each unit of weight: what nginx and its relatives use, so that keys stay where they were there. */
const pointsPerWeight = 160;
/** However the weights are given, a ring stays within a few megabytes. */
const pointsMax = 2 ** 20;
/** A point as one number: hash times this, plus the node. */
const ownerRange = 2 ** 20;

/**
 * A ring of hashes (ketama): each node stands at many points, as its name and weight say, and a key belongs to the first
 * point at or after its own hash. The order of the nodes does not matter, and where one leaves or comes, only keys that
 * were or become its own move.
 */
export class HashRing {
  readonly #hashes: Uint32Array;
  readonly #owners: Uint32Array;

  constructor(nodes: readonly RingNode[]) {
    // In the order of names, so that where points of two nodes meet, the same one wins on every data plane.
    const order = [...nodes.keys()].toSorted((a, b) => (nameAt(nodes, a) < nameAt(nodes, b) ? -1 : 1));
    const counts = pointCounts(nodes);
    const points = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
    let at = 0;
    for (const [rank, index] of order.entries())
      at = placeNode(points, at, nameAt(nodes, index), counts[index] ?? 0, rank);
    points.sort();
    this.#hashes = new Uint32Array(points.length);
    this.#owners = new Uint32Array(points.length);
    for (const [i, point] of points.entries()) {
      this.#hashes[i] = Math.floor(point / ownerRange);
      this.#owners[i] = order[point % ownerRange] ?? 0;
    }
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** The place of the first point at or after a hash. */
  find(hash: number): number {
    let low = 0;
    let high = this.#hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#hashes[middle] as number) < hash) low = middle + 1;
      else high = middle;
    }
    return low === this.#hashes.length ? 0 : low;
  }

  /** The index of the node at a place. */
  owner(place: number): number {
    return this.#owners[place] as number;
  }
}

/** Each point follows from the one before, so that a node of more weight has all points of one of less. */
function placeNode(points: Float64Array, from: number, name: string, count: number, rank: number): number {
  const base = crc32Text(name.replaceAll(':', '\0'));
  let hash = 0;
  for (let i = 0; i < count; i += 1) {
    hash = crc32Word(base, hash);
    points[from + i] = hash * ownerRange + rank;
  }
  return from + count;
}

function pointCounts(nodes: readonly RingNode[]): number[] {
  const divisor = nodes.reduce((common, { weight }) => greatestCommonDivisor(common, weight), 0) || 1;
  const units = nodes.map(({ weight }) => weight / divisor);
  const total = units.reduce((sum, unit) => sum + unit, 0) * pointsPerWeight;
  const scale = total > pointsMax ? pointsMax / total : 1;
  return units.map((unit) => Math.max(Math.floor(unit * pointsPerWeight * scale), 1));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function nameAt(nodes: readonly RingNode[], index: number): string {
  return nodes[index]?.name ?? '';
}
