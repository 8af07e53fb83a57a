import { type BalancedNode, isEligible, type Member, type Picker, type PickSource } from './balancer.ts';
import { crc32Text } from './crc32.ts';
import type { HashKey } from './hash-key.ts';
import { HashRing } from './hash-ring.ts';

/**
 * Consistent hashing: the same key goes to the same node while that one serves, on every data plane. Where it does not
 * serve, or was tried, the next node on the ring stands in for it, and takes over nothing else.
 */
export class ConsistentHash<N extends BalancedNode> implements Picker<N> {
  readonly #members: readonly Member<N>[];
  readonly #keyOf: HashKey;
  /** Laid out with the first choice: most of many upstreams are not asked soon. */
  #ring: HashRing | null;

  constructor(members: readonly Member<N>[], previous: ConsistentHash<N> | null, keyOf: HashKey) {
    this.#members = members;
    this.#keyOf = keyOf;
    this.#ring = previous !== null && previous.#hasNodesOf(members) ? previous.#ring : null;
  }

  pick(tried: readonly N[] | null, source: PickSource): N | null {
    const ring = (this.#ring ??= new HashRing(this.#members.map(({ node }) => node)));
    const { size } = ring;
    const first = ring.find(crc32Text(this.#keyOf(source)));
    for (let i = 0, place = first; i < size; i += 1, place += 1) {
      if (place === size) place = 0;
      const member = this.#members[ring.owner(place)] as Member<N>;
      if (isEligible(member, tried)) return member.node;
    }
    return null;
  }

  #hasNodesOf(members: readonly Member<N>[]): boolean {
    if (members.length !== this.#members.length) return false;
    return members.every(({ node }, i) => {
      const mine = this.#members[i]?.node;
      return mine?.name === node.name && mine.weight === node.weight;
    });
  }
}
