import { type TrieChildren, childIndex, commonLength, noChildren, TrieNode } from './trie-node.ts';

/** What a value is for: only the key itself, or everything that begins with it. */
export type TrieSlot = 'exact' | 'prefix';

/**
 * An immutable radix trie. An update copies the nodes on its path and shares all others, so older tries stay valid for
 * whoever still searches them.
 */
export class RadixTrie<V> {
  readonly #root: TrieNode<V>;

  /** The root holds what stands under the empty key; its label is empty. */
  constructor(root: TrieNode<V>) {
    this.#root = root;
  }

  static empty<V>(): RadixTrie<V> {
    return new RadixTrie<V>(new TrieNode<V>('', null, null, noChildren, ''));
  }

  get isEmpty(): boolean {
    return this.#root.children.length === 0 && this.#root.exact === null && this.#root.prefix === null;
  }

  /** Replaces the value of a slot by what `change` makes of it; null takes it out. */
  update(key: string, slot: TrieSlot, change: (value: V | null) => V | null): RadixTrie<V> {
    return new RadixTrie(updated(this.#root, key, 0, slot, change) ?? RadixTrie.empty<V>().#root);
  }

  /** Every value, in no order that means anything. */
  values(): IterableIterator<V> {
    return valuesOf(this.#root);
  }

  /**
   * Offers the values that fit a key, the most specific first: the exact one, then prefixes from the longest to the
   * shortest, until `answer` accepts one.
   */
  search<Q, R>(key: string, question: Q, answer: (value: V, question: Q) => R | null): R | null {
    return searched(this.#root, key, 0, question, answer);
  }
}

function searched<V, Q, R>(
  node: TrieNode<V>,
  key: string,
  at: number,
  question: Q,
  answer: (value: V, question: Q) => R | null,
): R | null {
  let result: R | null = null;
  if (at === key.length) {
    if (node.exact !== null) result = answer(node.exact, question);
  } else if (node.firsts !== '') {
    const child = node.childAt(key.charCodeAt(at));
    if (child !== undefined && hasLabel(key, at, child.label))
      result = searched(child, key, at + child.label.length, question, answer);
  }
  if (result !== null || node.prefix === null) return result;
  return answer(node.prefix, question);
}

function hasLabel(key: string, at: number, label: string): boolean {
  if (key.length - at < label.length) return false;
  for (let i = 1; i < label.length; i += 1) if (key.charCodeAt(at + i) !== label.charCodeAt(i)) return false;
  return true;
}

function updated<V>(
  node: TrieNode<V>,
  key: string,
  at: number,
  slot: TrieSlot,
  change: (value: V | null) => V | null,
): TrieNode<V> | null {
  if (at === key.length) return tidied(node.withSlot(slot, change(node[slot])));
  const { children } = node;
  const index = childIndex(node.firsts, key.charCodeAt(at));
  const child = node.childAt(key.charCodeAt(at));
  if (child === undefined) {
    const leaf = tidied(new TrieNode<V>(key.slice(at), null, null, noChildren, '').withSlot(slot, change(null)));
    return leaf ? node.withChildren(children.toSpliced(index, 0, leaf)) : node;
  }
  const next = updated(splitFor(child, key, at), key, at + commonLength(child.label, key, at), slot, change);
  return tidied(node.withChildren(next ? children.with(index, next) : children.toSpliced(index, 1)));
}

/** The child itself where the key goes through it, else a node for what both have in common, above the rest of the child. */
function splitFor<V>(child: TrieNode<V>, key: string, at: number): TrieNode<V> {
  const common = commonLength(child.label, key, at);
  if (common === child.label.length) return child;
  const rest: TrieChildren<V> = [child.withLabel(child.label.slice(common))];
  return new TrieNode<V>(child.label.slice(0, common), null, null, rest);
}

/** Nodes without a value exist only where keys part; the root is one of them, whatever it holds. */
function tidied<V>(node: TrieNode<V>): TrieNode<V> | null {
  if (node.exact !== null || node.prefix !== null || node.label === '') return node;
  const [only] = node.children;
  if (only === undefined) return null;
  return node.children.length === 1 ? only.withLabel(node.label + only.label) : node;
}

function* valuesOf<V>(node: TrieNode<V>): IterableIterator<V> {
  if (node.exact !== null) yield node.exact;
  if (node.prefix !== null) yield node.prefix;
  for (const child of node.children) yield* valuesOf(child);
}
