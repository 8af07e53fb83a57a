import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { HeldResource } from '../config-state.ts';
import { sameBytes, StateDigest } from '../digest.ts';
import type { Batch, ResourceChange } from '../source.ts';
import { readCopy, writeCopy } from './last-known-good.ts';
import { LineReader, readResource, resourceBytes } from './resource-lines.ts';

/** A configuration to keep. */
export interface KeptState {
  readonly revision: number;
  readonly digest: Uint8Array;
  values(): Iterable<HeldResource>;
}

interface StepLine {
  readonly base: number;
  readonly revision: number;
  readonly digest: string;
  readonly count: number;
  readonly checked_by?: string | undefined;
}

/** Steps beside a copy may take this much, or as much as half of the copy; then a new copy is written. */
const stepsBytesLeast = 256 * 1024;

/**
 * The last known good configuration on disk: a copy of everything, and beside it the steps since, so that keeping a change
 * costs what the change costs, however much there is. The steps name the copy that they continue by its seal; each ends in
 * its own SHA-256, and the first one that is torn or does not continue ends what is read.
 */
export class KeptConfiguration {
  readonly #path: string;
  readonly #group: string;
  readonly #checkedBy: string | undefined;
  #revision: number | null = null;
  #digest: Uint8Array = new Uint8Array();
  #seal: Uint8Array = new Uint8Array();
  #copyBytes = 0;
  #stepsBytes = 0;
  #tornBytes = 0;

  /** `path` is the copy; the steps stand in a file beside it. `checkedBy` is the build that found valid what it keeps. */
  constructor(path: string, group: string, checkedBy?: string) {
    this.#checkedBy = checkedBy;
    this.#path = path;
    this.#group = group;
  }

  /** The revision on disk; null while there is none that can be trusted. */
  get revision(): number | null {
    return this.#revision;
  }

  /** Bytes behind the last step that could be trusted, when it was read: somebody ended in the middle, or wrote to the file. */
  get tornBytes(): number {
    return this.#tornBytes;
  }

  /** Reads it as one snapshot. Undefined where there is none; a copy that cannot be trusted throws. */
  async read(): Promise<Batch | undefined> {
    this.#revision = null;
    const copy = await readCopy(this.#path, this.#group);
    if (!copy) return undefined;
    this.#seal = copy.seal;
    this.#copyBytes = copy.bytes;
    const steps = await this.#readSteps();
    const { batch, end } = withSteps(copy.batch, steps, this.#seal.length);
    this.#tornBytes = steps.length - end;
    // What was not taken would stand between the last good step and the next one: that one begins here.
    this.#stepsBytes = end;
    this.#note(batch);
    return batch;
  }

  /**
   * Keeps what is in service: by adding `steps` where they continue what is on disk, else as a whole. False where it would
   * have to be a whole and `served` has none to give at this moment.
   */
  async keep(served: () => KeptState | undefined, steps: readonly Batch[]): Promise<boolean> {
    const last = steps.at(-1);
    const added = last && this.#revision !== null ? stepsFrom(this.#revision, steps, this.#checkedBy) : undefined;
    if (last && added && this.#stepsBytes + added.length <= Math.max(stepsBytesLeast, this.#copyBytes / 2)) {
      await this.#add(added);
      this.#note(last);
      return true;
    }
    const state = served();
    if (!state) return false;
    if (state.revision !== this.#revision || !sameBytes(state.digest, this.#digest)) await this.#replace(state);
    return true;
  }

  #note({ revision, digest }: Pick<KeptState, 'revision' | 'digest'>): void {
    this.#revision = revision;
    this.#digest = digest;
  }

  async #replace(state: KeptState): Promise<void> {
    const { revision, digest } = state;
    this.#revision = null;
    const { seal, bytes } = await writeCopy(
      this.#path,
      { group: this.#group, revision, digest, checkedBy: this.#checkedBy },
      state.values(),
    );
    this.#seal = seal;
    this.#copyBytes = bytes;
    this.#stepsBytes = 0;
    this.#note({ revision, digest });
  }

  async #add(steps: Buffer): Promise<void> {
    const isFirst = this.#stepsBytes === 0;
    const bytes = isFirst ? Buffer.concat([this.#seal, steps]) : steps;
    const file = await open(this.#stepsPath, isFirst ? 'w' : 'r+', 0o600);
    try {
      await file.truncate(this.#stepsBytes);
      await file.write(bytes, 0, bytes.length, this.#stepsBytes);
      await file.datasync();
    } catch (error) {
      // Nobody knows what stands there now.
      this.#revision = null;
      throw error;
    } finally {
      await file.close();
    }
    this.#stepsBytes += bytes.length;
  }

  async #readSteps(): Promise<Buffer> {
    const bytes = await readFile(this.#stepsPath).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    return sameBytes(bytes.subarray(0, this.#seal.length), this.#seal) ? bytes : Buffer.alloc(0);
  }

  get #stepsPath(): string {
    return `${this.#path}.steps`;
  }
}

/** The bytes of steps that continue a revision; undefined where they do not. */
function stepsFrom(revision: number, steps: readonly Batch[], checkedBy: string | undefined): Buffer | undefined {
  let at = revision;
  const parts: Uint8Array[] = [];
  for (const { type, baseRevision, revision: next, digest, changes } of steps) {
    if (type !== 'delta' || baseRevision !== at) return undefined;
    const hex = Buffer.from(digest).toString('hex');
    const line: StepLine = { base: at, revision: next, digest: hex, count: changes.length, checked_by: checkedBy };
    const step = Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), ...changes.flatMap(resourceBytes)]);
    parts.push(step, createHash('sha256').update(step).digest());
    at = next;
  }
  return Buffer.concat(parts);
}

/** A copy with the steps behind it, as far as they can be trusted, and the byte after the last one that was taken. */
function withSteps(copy: Batch, bytes: Buffer, from: number): { readonly batch: Batch; readonly end: number } {
  if (bytes.length === 0) return { batch: copy, end: 0 };
  const merged = new Map(copy.changes.map((change) => [`${change.kind}/${change.id}`, change]));
  const sum = StateDigest.from(copy.digest);
  const reader = new LineReader(bytes);
  reader.bytes(from);
  let batch = copy;
  let { checkedBy } = copy;
  let end = reader.at;
  while (!reader.isAtEnd) {
    const step = readStep(reader, bytes);
    if (!step || step.baseRevision !== batch.revision) break;
    for (const change of step.changes) replace(merged, sum, change);
    if (!sameBytes(sum.toBytes(), step.digest)) throw new Error('its steps do not sum to their digest');
    batch = step;
    // Valid for every build that had a part in it, or for none.
    if (step.checkedBy !== checkedBy) checkedBy = undefined;
    end = reader.at;
  }
  if (batch === copy) return { batch, end };
  const { revision, digest } = batch;
  const whole: Batch = { type: 'snapshot', baseRevision: 0, revision, digest, changes: [...merged.values()] };
  return { batch: checkedBy === undefined ? whole : { ...whole, checkedBy }, end };
}

/** Undefined where it is torn: the process ended while it was written. */
function readStep(reader: LineReader, bytes: Buffer): Batch | undefined {
  try {
    const began = reader.at;
    const { base, revision, digest, count, checked_by: checkedBy } = JSON.parse(reader.line()) as StepLine;
    const changes = Array.from({ length: count }, () => readResource(reader));
    const seal = createHash('sha256').update(bytes.subarray(began, reader.at)).digest();
    if (!sameBytes(seal, reader.bytes(seal.length))) return undefined;
    const step: Batch = { type: 'delta', baseRevision: base, revision, digest: Buffer.from(digest, 'hex'), changes };
    return checkedBy === undefined ? step : { ...step, checkedBy };
  } catch {
    // Whatever is wrong with it, it is no step; what stands before it is whole.
    return undefined;
  }
}

function replace(merged: Map<string, ResourceChange>, sum: StateDigest, change: ResourceChange): void {
  const key = `${change.kind}/${change.id}`;
  const before = merged.get(key)?.hash;
  if (before) sum.remove(before);
  if (change.hash) {
    sum.add(change.hash);
    merged.set(key, change);
  } else merged.delete(key);
}
