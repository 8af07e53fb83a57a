/** A node of the trie. `label` is the text between its parent and itself. */
interface TrieNode<V> {
  readonly label: string;
  /** For keys that end here. */
  readonly exact: V | null;
  /** For keys that end here or go on. */
  readonly prefix: V | null;
  /** Sorted by the first character of the label, which is unique. */
  readonly children: readonly TrieNode<V>[];
}

/** Most nodes are leaves. */
const noChildren: readonly never[] = Object.freeze([]);

/** What a value is for: only the key itself, or everything that begins with it. */
export type TrieSlot = 'exact' | 'prefix';

/**
 * An immutable radix trie. An update copies the nodes on its path and shares all others, so older tries stay valid for
 * whoever still searches them.
 */
export class RadixTrie<V> {
  readonly #root: TrieNode<V>;

  private constructor(root: TrieNode<V>) {
    this.#root = root;
  }

  static empty<V>(): RadixTrie<V> {
    return new RadixTrie<V>({ label: '', exact: null, prefix: null, children: noChildren });
  }

  get isEmpty(): boolean {
    return this.#root.children.length === 0 && this.#root.exact === null && this.#root.prefix === null;
  }

  /** Replaces the value of a slot by what `change` makes of it; null takes it out. */
  update(key: string, slot: TrieSlot, change: (value: V | null) => V | null): RadixTrie<V> {
    return new RadixTrie(updated(this.#root, key, 0, slot, change) ?? RadixTrie.empty<V>().#root);
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
  } else {
    const child = childAt(node.children, key.charCodeAt(at));
    if (child !== undefined && hasLabel(key, at, child.label))
      result = searched(child, key, at + child.label.length, question, answer);
  }
  if (result !== null || node.prefix === null) return result;
  return answer(node.prefix, question);
}

function childAt<V>(children: readonly TrieNode<V>[], code: number): TrieNode<V> | undefined {
  const index = childIndex(children, code);
  const child = children[index];
  return child !== undefined && child.label.charCodeAt(0) === code ? child : undefined;
}

/** The place of the child whose label begins with this character, or where it would have to be. */
function childIndex<V>(children: readonly TrieNode<V>[], code: number): number {
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const child = children[middle];
    if (child !== undefined && child.label.charCodeAt(0) < code) low = middle + 1;
    else high = middle;
  }
  return low;
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
  if (at === key.length) return tidied({ ...node, [slot]: change(node[slot]) });
  const index = childIndex(node.children, key.charCodeAt(at));
  const found = node.children[index];
  const child = found?.label.charCodeAt(0) === key.charCodeAt(at) ? found : undefined;
  if (!child) {
    const leaf = tidied<V>({
      label: key.slice(at),
      exact: null,
      prefix: null,
      children: noChildren,
      [slot]: change(null),
    });
    return leaf ? { ...node, children: node.children.toSpliced(index, 0, leaf) } : node;
  }
  const next = updated(splitFor(child, key, at), key, at + commonLength(child.label, key, at), slot, change);
  return tidied({ ...node, children: next ? node.children.with(index, next) : node.children.toSpliced(index, 1) });
}

/** The child itself where the key goes through it, else a node for what both have in common, above the rest of the child. */
function splitFor<V>(child: TrieNode<V>, key: string, at: number): TrieNode<V> {
  const common = commonLength(child.label, key, at);
  if (common === child.label.length) return child;
  const rest = { ...child, label: child.label.slice(common) };
  return { label: child.label.slice(0, common), exact: null, prefix: null, children: [rest] };
}

function commonLength(label: string, key: string, at: number): number {
  let length = 0;
  while (length < label.length && label.charCodeAt(length) === key.charCodeAt(at + length)) length += 1;
  return length;
}

/** Nodes without a value exist only where keys part; the root is one of them, whatever it holds. */
function tidied<V>(node: TrieNode<V>): TrieNode<V> | null {
  if (node.exact !== null || node.prefix !== null || node.label === '') return node;
  const [only] = node.children;
  if (only === undefined) return null;
  return node.children.length === 1 ? { ...only, label: node.label + only.label } : node;
}
