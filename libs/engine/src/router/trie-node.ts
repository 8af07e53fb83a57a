import type { TrieSlot } from './radix-trie.ts';

/** The nodes below a node, sorted by the first character of their labels, which is unique among them. */
export type TrieChildren<V> = readonly TrieNode<V>[];

/** Most nodes are leaves. */
export const noChildren: readonly never[] = Object.freeze([]);

/** A node of a radix trie. Once it is part of a trie that is searched, it never changes. */
export class TrieNode<V> {
  /** The text between the parent and this node. */
  readonly label: string;
  /** For keys that end here. */
  readonly exact: V | null;
  /** For keys that end here or go on. */
  readonly prefix: V | null;
  readonly children: TrieChildren<V>;
  /** The first characters of the children's labels: a search looks at one text instead of at every child. */
  readonly firsts: string;

  constructor(
    label: string,
    exact: V | null,
    prefix: V | null,
    children: TrieChildren<V>,
    firsts = firstsOf(children),
  ) {
    this.label = label;
    this.exact = exact;
    this.prefix = prefix;
    this.children = children;
    this.firsts = firsts;
  }

  /** The child whose label begins with this character. */
  childAt(code: number): TrieNode<V> | undefined {
    const index = childIndex(this.firsts, code);
    return this.firsts.charCodeAt(index) === code ? this.children[index] : undefined;
  }

  withLabel(label: string): TrieNode<V> {
    return new TrieNode(label, this.exact, this.prefix, this.children, this.firsts);
  }

  withChildren(children: TrieChildren<V>): TrieNode<V> {
    return new TrieNode(this.label, this.exact, this.prefix, children);
  }

  withSlot(slot: TrieSlot, value: V | null): TrieNode<V> {
    return slot === 'exact'
      ? new TrieNode(this.label, value, this.prefix, this.children, this.firsts)
      : new TrieNode(this.label, this.exact, value, this.children, this.firsts);
  }
}

/** The place of the child whose label begins with this character, or where it would have to be. */
export function childIndex(firsts: string, code: number): number {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (firsts.charCodeAt(middle) < code) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How much of a label the key has at a place. */
export function commonLength(label: string, key: string, at: number): number {
  let length = 0;
  while (length < label.length && label.charCodeAt(length) === key.charCodeAt(at + length)) length += 1;
  return length;
}

function firstsOf<V>(children: TrieChildren<V>): string {
  let firsts = '';
  for (const { label } of children) firsts += label.charAt(0);
  return firsts;
}
