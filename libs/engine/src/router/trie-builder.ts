import { RadixTrie, type TrieSlot } from './radix-trie.ts';
import { childIndex, commonLength, noChildren, TrieNode } from './trie-node.ts';

/** A node that nobody else sees yet. */
type DraftNode<V> = { -readonly [Field in keyof TrieNode<V>]: TrieNode<V>[Field] };

/** Makes a trie of many keys: changes its nodes where they are, which copies less than an update at a time does. */
export class TrieBuilder<V> {
  #root: DraftNode<V> = leaf('');

  /** Gives a slot the value that `change` makes of the one it has. */
  update(key: string, slot: TrieSlot, change: (value: V | null) => V): void {
    const node = nodeFor(this.#root, key);
    node[slot] = change(node[slot]);
  }

  /** The trie of what was put in. The builder begins again. */
  build(): RadixTrie<V> {
    const trie = new RadixTrie<V>(this.#root as TrieNode<V>);
    this.#root = leaf('');
    return trie;
  }
}

/** The node of a key, made where it is missing. */
function nodeFor<V>(root: DraftNode<V>, key: string): DraftNode<V> {
  let node = root;
  for (let at = 0; at < key.length;) {
    const code = key.charCodeAt(at);
    const index = childIndex(node.firsts, code);
    if (node.firsts.charCodeAt(index) !== code) return added(node, index, key.slice(at));
    // Every node below the root was made here.
    const child = node.children[index] as DraftNode<V>;
    const common = commonLength(child.label, key, at);
    if (common < child.label.length) part(child, common);
    at += common;
    node = child;
  }
  return node;
}

function added<V>(node: DraftNode<V>, index: number, label: string): DraftNode<V> {
  const child = leaf<V>(label);
  // Exactly as long as it must be: an array that grows in place keeps room that nobody needs.
  node.children = node.children.toSpliced(index, 0, child as TrieNode<V>);
  node.firsts = node.firsts.slice(0, index) + label.charAt(0) + node.firsts.slice(index);
  return child;
}

/** Puts the end of a node's label, and all it has, into a node below it. */
function part<V>(node: DraftNode<V>, at: number): void {
  const rest = node.label.slice(at);
  node.children = [new TrieNode(rest, node.exact, node.prefix, node.children, node.firsts)];
  node.firsts = rest.charAt(0);
  node.label = node.label.slice(0, at);
  node.exact = null;
  node.prefix = null;
}

function leaf<V>(label: string): DraftNode<V> {
  return new TrieNode<V>(label, null, null, noChildren, '');
}
