import type { Kit } from './kit.ts';

/** Something that several configurations use, as one of them holds it. */
export interface Lease<T> {
  readonly value: T;
  /** Gives it back; the last of its users waits until it is closed. */
  release(): Promise<void>;
}

interface Held<T> {
  readonly value: T;
  users: number;
}

/**
 * What several configurations of a plugin use together, such as a file or the way to a collector: opened with the first of
 * them, closed with the last. Configurations of different gateways in one process share nothing.
 */
export class Shared<T extends { close(): void | Promise<void> }> {
  readonly #worlds = new WeakMap<object, Map<string, Held<T>>>();

  /** Answers what there is under the key, or opens it. The key must say all that `open` depends on. */
  take({ log }: Pick<Kit, 'log'>, key: string, open: () => T): Lease<T> {
    let world = this.#worlds.get(log);
    if (!world) this.#worlds.set(log, (world = new Map()));
    let held = world.get(key);
    if (!held) world.set(key, (held = { value: open(), users: 0 }));
    held.users += 1;
    return { value: held.value, release: () => release(world, key, held) };
  }
}

async function release<T extends { close(): void | Promise<void> }>(
  world: Map<string, Held<T>>,
  key: string,
  held: Held<T>,
): Promise<void> {
  held.users -= 1;
  if (held.users > 0) return;
  // Before it is closed: who comes meanwhile opens a new one.
  world.delete(key);
  await held.value.close();
}
