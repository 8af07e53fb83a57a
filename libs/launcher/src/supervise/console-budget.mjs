const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 8;

/** What differs between two lines that tell of the same: times, numbers of processes, ids and addresses. */
const CHANGING = /[0-9a-f]{8,}|\d+/gi;

/**
 * What one program may say on the console: a few different lines in ten seconds, each once. One fault makes many lines, as
 * when a database ends a hundred connections; the rest is counted, and stands in the log.
 */
export class ConsoleBudget {
  #show;
  #now;
  #startedAt = -Infinity;
  #withheld = 0;
  /** @type {Set<string>} */
  #shown = new Set();

  /**
   * @param {(line: string) => void} show
   * @param {() => number} [now] milliseconds
   */
  constructor(show, now = () => performance.now()) {
    this.#show = show;
    this.#now = now;
  }

  /** @param {string} line */
  say(line) {
    this.tick();
    const shape = line.replace(CHANGING, '#');
    if (this.#shown.size >= LINES_PER_WINDOW || this.#shown.has(shape)) {
      this.#withheld += 1;
      return;
    }
    this.#shown.add(shape);
    this.#show(line);
  }

  /** Begins a new window when the old one is over. */
  tick() {
    if (this.#now() - this.#startedAt < WINDOW_MS) return;
    this.close();
    this.#startedAt = this.#now();
    this.#shown.clear();
  }

  /** Tells how much was withheld. */
  close() {
    if (this.#withheld > 0) this.#show(`... and ${this.#withheld} more like that in its log`);
    this.#withheld = 0;
  }
}
