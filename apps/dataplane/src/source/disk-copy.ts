import { join } from 'node:path';
import type { Log } from '@sluice/plugin-kit';
import { thisBuild } from '../catalogue-hashes.ts';
import { type Batch, KeptConfiguration, type KeptState } from '@sluice/sync';

/** Under a stream of changes the copy is written at most this often. */
const writeIntervalMs = 500;

/** The last known good configuration on disk: read at the start, written behind every change that is in service. */
export class DiskCopy {
  readonly #path: string;
  readonly #kept: KeptConfiguration;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #served: (() => KeptState | undefined) | undefined;
  /** What led there since the last write. */
  #steps: Batch[] = [];
  #writtenAt = -Infinity;

  constructor(dataDir: string, group: string, log: Log) {
    this.#path = join(dataDir, 'dataplane', `last-known-good-${encodeURIComponent(group)}`);
    this.#kept = new KeptConfiguration(this.#path, group, thisBuild);
    this.#log = log;
  }

  /** The revision on disk; null while there is none that can be trusted. */
  get revision(): number | null {
    return this.#kept.revision;
  }

  /** The copy as a snapshot. One that cannot be trusted is not used, and the log says why. */
  async read(): Promise<Batch | undefined> {
    try {
      const copy = await this.#kept.read();
      const { revision, tornBytes } = this.#kept;
      if (tornBytes > 0)
        this.#log.warn('What was written last to disk is torn and not used.', { revision, torn_bytes: tornBytes });
      return copy;
    } catch (error) {
      this.#log.error('The last known good configuration on disk is not used.', this.#reason(error));
      return undefined;
    }
  }

  /**
   * Notes that there is something new to keep, which is written at once unless that was done a moment ago. `served` is
   * asked where all of it has to be written: it gives nothing while the newest state is not in service. `step` is what led
   * there.
   */
  keep(served: () => KeptState | undefined, step: Batch): void {
    this.#plan(served);
    // What came before a snapshot need not be kept.
    if (step.type === 'snapshot') this.#steps = [];
    this.#steps.push(step);
  }

  /** Writes what is still to be written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  #plan(served: () => KeptState | undefined): void {
    this.#served = served;
    const waitMs = Math.max(0, this.#writtenAt + writeIntervalMs - performance.now());
    this.#timer ??= setTimeout(() => void this.flush(), waitMs);
  }

  async #write(): Promise<void> {
    const [served, steps] = [this.#served, this.#steps];
    if (!served) return;
    this.#served = undefined;
    this.#steps = [];
    this.#writtenAt = performance.now();
    try {
      const isKept = await this.#kept.keep(served, steps);
      // Another revision is on its way into service: what was to be kept is asked for again.
      if (!isKept && this.#served === undefined) this.#plan(served);
    } catch (error) {
      this.#log.error('The last known good configuration could not be written.', this.#reason(error));
    }
  }

  #reason(error: unknown): object {
    return { path: this.#path, reason: error instanceof Error ? error.message : String(error) };
  }
}
