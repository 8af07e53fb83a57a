/** An interpreter reserves 8 GiB of address space and uses half a megabyte: so many of them stay at once in one thread. */
const warmMax = 256;

/** Something that holds an interpreter. */
interface Holder {
  dispose(): void;
}

const warm = new Set<WeakRef<Holder>>();

/** Notes that a function has an interpreter now; the one that was given its own first loses it where there are too many. */
export function keepWarm(holder: Holder): void {
  warm.add(new WeakRef(holder));
  for (const oldest of warm) {
    if (warm.size <= warmMax) return;
    warm.delete(oldest);
    oldest.deref()?.dispose();
  }
}
