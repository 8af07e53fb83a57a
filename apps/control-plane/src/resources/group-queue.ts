/**
 * One writer holds a group's lock, and one more waits for it in the database, ready to go the moment it is free. All others
 * wait here: in the database each of them would keep one of the pool's few connections from readers and other groups.
 */
const WIDTH = 2;

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets only a few writers of one group at a time reach for the group's lock, in the order in which they came. */
export class GroupQueue {
  readonly #lines = new Map<string, Line>();

  async run<T>(group: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(group) ?? { running: 0, waiting: [] };
    this.#lines.set(group, line);
    if (line.running === WIDTH) await new Promise<void>((resolve) => line.waiting.push(resolve));
    else line.running += 1;
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      // Whoever waited takes over the place, so that the count stays.
      if (next) next();
      else if ((line.running -= 1) === 0) this.#lines.delete(group);
    }
  }
}
