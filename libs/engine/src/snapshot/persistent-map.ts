import { randomInt } from 'node:crypto';

interface Leaf<V> {
  readonly type: 'leaf';
  readonly hash: number;
  readonly key: string;
  readonly value: V;
}

/** Up to 32 children, packed; a bit of `bitmap` says which are there. */
interface Branch<V> {
  readonly type: 'branch';
  readonly bitmap: number;
  readonly children: readonly Node<V>[];
}

/** Keys whose whole hash is the same. */
interface Bucket<V> {
  readonly type: 'bucket';
  readonly hash: number;
  readonly leaves: readonly Leaf<V>[];
}

type Node<V> = Leaf<V> | Branch<V> | Bucket<V>;

const bitsPerLevel = 5;
const shiftMax = 30;

// Differs in every process: who can choose keys cannot choose collisions, and the time of a lookup tells nothing about a key.
const seed = randomInt(2 ** 32);

/**
 * An immutable map from text: `set` and `delete` give a new map that shares almost all of its nodes with this one. Older
 * maps stay valid for whoever still reads them.
 */
export class PersistentMap<V> {
  readonly #root: Node<V> | null;
  readonly size: number;

  private constructor(root: Node<V> | null, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(null, 0);
  }

  /** A map of many entries at once; copies less than setting one after the other does. The last of a key counts. */
  static from<V>(entries: Iterable<readonly [key: string, value: V]>): PersistentMap<V> {
    let root: Node<V> | null = null;
    let size = 0;
    for (const [key, value] of entries) {
      const leaf: Leaf<V> = { type: 'leaf', hash: hashOf(key), key, value };
      if (root === null || leafOf(root, leaf.hash, key) === undefined) size += 1;
      root = root === null ? leaf : insertedInPlace(root, leaf, 0);
    }
    return new PersistentMap(root, size);
  }

  get(key: string): V | undefined {
    return this.#root === null ? undefined : leafOf(this.#root, hashOf(key), key)?.value;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): PersistentMap<V> {
    const leaf: Leaf<V> = { type: 'leaf', hash: hashOf(key), key, value };
    const size = this.has(key) ? this.size : this.size + 1;
    return new PersistentMap(this.#root === null ? leaf : inserted(this.#root, leaf, 0), size);
  }

  delete(key: string): PersistentMap<V> {
    if (this.#root === null || !this.has(key)) return this;
    return new PersistentMap(removed(this.#root, hashOf(key), key, 0), this.size - 1);
  }

  *entries(): IterableIterator<[key: string, value: V]> {
    if (this.#root !== null) for (const leaf of leavesOf(this.#root)) yield [leaf.key, leaf.value];
  }

  *values(): IterableIterator<V> {
    if (this.#root !== null) for (const leaf of leavesOf(this.#root)) yield leaf.value;
  }
}

function hashOf(key: string): number {
  let hash = seed;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  // The last characters would otherwise touch only the low bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  // As a signed number it needs no box of its own in every leaf.
  return (hash ^ (hash >>> 13)) | 0;
}

function bitOf(hash: number, shift: number): number {
  return 1 << ((hash >>> shift) & 31);
}

/** How many children stand before the one of this bit. */
function indexOf(bitmap: number, bit: number): number {
  let below = bitmap & (bit - 1);
  below -= (below >>> 1) & 0x55555555;
  below = (below & 0x33333333) + ((below >>> 2) & 0x33333333);
  return Math.imul((below + (below >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function childOf<V>(branch: Branch<V>, hash: number, shift: number): Node<V> | undefined {
  const bit = bitOf(hash, shift);
  return (branch.bitmap & bit) === 0 ? undefined : branch.children[indexOf(branch.bitmap, bit)];
}

function leafOf<V>(root: Node<V>, hash: number, key: string): Leaf<V> | undefined {
  let node: Node<V> | undefined = root;
  for (let shift = 0; node?.type === 'branch'; shift += bitsPerLevel) node = childOf(node, hash, shift);
  if (node?.type === 'leaf') return node.key === key ? node : undefined;
  return node?.leaves.find((leaf) => leaf.key === key);
}

/** As `inserted`, for branches that nobody else sees yet: those on the way are changed, not copied. */
function insertedInPlace<V>(node: Node<V>, leaf: Leaf<V>, shift: number): Node<V> {
  if (node.type !== 'branch') return inserted(node, leaf, shift);
  const bit = bitOf(leaf.hash, shift);
  const index = indexOf(node.bitmap, bit);
  const child = node.children[index];
  if ((node.bitmap & bit) === 0 || child === undefined) return insertedInBranch(node, leaf, shift);
  const children = node.children as Node<V>[];
  children[index] = insertedInPlace(child, leaf, shift + bitsPerLevel);
  return node;
}

function inserted<V>(node: Node<V>, leaf: Leaf<V>, shift: number): Node<V> {
  if (node.type === 'branch') return insertedInBranch(node, leaf, shift);
  if (node.hash !== leaf.hash) return parted(node, leaf, shift);
  if (node.type === 'leaf' && node.key === leaf.key) return leaf;
  const others = node.type === 'leaf' ? [node] : node.leaves.filter(({ key }) => key !== leaf.key);
  return { type: 'bucket', hash: leaf.hash, leaves: [...others, leaf] };
}

function insertedInBranch<V>(branch: Branch<V>, leaf: Leaf<V>, shift: number): Node<V> {
  const bit = bitOf(leaf.hash, shift);
  const index = indexOf(branch.bitmap, bit);
  const child = branch.children[index];
  if ((branch.bitmap & bit) === 0 || child === undefined)
    return { type: 'branch', bitmap: branch.bitmap | bit, children: branch.children.toSpliced(index, 0, leaf) };
  return { ...branch, children: branch.children.with(index, inserted(child, leaf, shift + bitsPerLevel)) };
}

/** Branches until the two hashes differ; whole hashes differ, so that is before the bits run out. */
function parted<V>(node: Leaf<V> | Bucket<V>, leaf: Leaf<V>, shift: number): Node<V> {
  const [one, other] = [bitOf(node.hash, shift), bitOf(leaf.hash, shift)];
  if (one === other && shift < shiftMax)
    return { type: 'branch', bitmap: one, children: [parted(node, leaf, shift + bitsPerLevel)] };
  const isFirst = one >>> 0 < other >>> 0;
  return { type: 'branch', bitmap: one | other, children: isFirst ? [node, leaf] : [leaf, node] };
}

function removed<V>(node: Node<V>, hash: number, key: string, shift: number): Node<V> | null {
  if (node.type === 'leaf') return null;
  if (node.type === 'bucket') {
    const leaves = node.leaves.filter((leaf) => leaf.key !== key);
    return leaves.length === 1 ? (leaves[0] ?? null) : { ...node, leaves };
  }
  const bit = bitOf(hash, shift);
  const index = indexOf(node.bitmap, bit);
  const child = node.children[index];
  if (child === undefined) return node;
  const rest = removed(child, hash, key, shift + bitsPerLevel);
  const children = rest === null ? node.children.toSpliced(index, 1) : node.children.with(index, rest);
  return shrunk({ type: 'branch', bitmap: rest === null ? node.bitmap ^ bit : node.bitmap, children });
}

/** A branch with a single leaf below it is that leaf. */
function shrunk<V>(branch: Branch<V>): Node<V> | null {
  const [only] = branch.children;
  if (only === undefined) return null;
  return branch.children.length === 1 && only.type !== 'branch' ? only : branch;
}

function* leavesOf<V>(node: Node<V>): IterableIterator<Leaf<V>> {
  if (node.type === 'leaf') yield node;
  else if (node.type === 'bucket') yield* node.leaves;
  else for (const child of node.children) yield* leavesOf(child);
}
