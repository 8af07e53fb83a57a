import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { canonicalJson, type JsonValue, type PluginSchema } from '@sluice/schema';
import { elementHash, StateDigest } from '../digest.ts';
import type { Batch, ConfigSink, ConfigSource, ResourceChange } from '../source.ts';
import { readConfigFile, type FileProblem } from './config-file.ts';
import { disagreements } from './disagreements.ts';

/** Where a file is, and what its variables stand for. */
export interface FileSourceOptions {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The schemas of plugins, for the rules between resources. */
  lookup(plugin: string): PluginSchema | undefined;
}

/** A change is noticed at once where the system tells, and in any case with the next look. */
const lookMs = 1_000;
/** An editor writes in several steps. */
const settleMs = 50;

/** The configuration of a file, which is read again whenever it has changed. What cannot be read changes nothing. */
export function fileSource(options: FileSourceOptions): ConfigSource {
  return new FileSource(options);
}

class FileSource implements ConfigSource {
  readonly #path: string;
  readonly #env: FileSourceOptions['env'];
  readonly #lookup: FileSourceOptions['lookup'];
  #sink: ConfigSink | null = null;
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #work: Promise<void> = Promise.resolve();
  #seen = '';
  /** What was delivered last; null: everything has to be. */
  #held: Map<string, ResourceChange> | null = null;
  #revision = 0;
  #isStopped = false;

  constructor({ path, env, lookup }: FileSourceOptions) {
    this.#path = resolve(path);
    this.#env = env;
    this.#lookup = lookup;
  }

  start(sink: ConfigSink): void {
    this.#sink = sink;
    this.#revision = sink.position()?.revision ?? 0;
    this.#watch();
    this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#watcher?.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#work;
  }

  /** The folder, not the file: a file that is replaced is another file, and a mounted one a link to another folder. */
  #watch(): void {
    try {
      this.#watcher = watch(dirname(this.#path), () => this.#lookIn(settleMs));
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // No such folder yet, or no more watches: looking regularly is enough.
      this.#watcher = null;
    }
  }

  #lookIn(ms: number): void {
    if (this.#isStopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    this.#work = this.#work.then(() => this.#readIfChanged());
    void this.#work.then(() => this.#lookIn(lookMs));
  }

  async #readIfChanged(): Promise<void> {
    try {
      const { ino, mtimeMs, size } = await stat(this.#path);
      const seen = `${ino} ${mtimeMs} ${size}`;
      if (seen === this.#seen || this.#isStopped) return;
      this.#seen = seen;
      await this.#take(await readFile(this.#path, 'utf8'));
    } catch (error) {
      this.#seen = '';
      this.#report(false, error instanceof Error ? error.message : String(error));
    }
  }

  async #take(text: string): Promise<void> {
    const file = readConfigFile(text, { isJson: this.#path.endsWith('.json'), env: this.#env });
    const problems = [...file.problems, ...disagreements(file, this.#lookup)];
    if (problems.length > 0) return this.#report(false, describe(problems));
    this.#report(true);
    const next = new Map<string, ResourceChange>();
    file.resources.forEach(({ kind, id, value }, i) => {
      next.set(`${kind}/${id}`, this.#change(kind, id, Buffer.from(canonicalJson(value as JsonValue)), i + 1));
    });
    await this.#deliver(next);
  }

  /** The place in the file decides which of two equal routes is tried first, as the age does elsewhere. */
  #change(kind: string, id: string, body: Buffer, createdRevision: number): ResourceChange {
    const old = this.#held?.get(`${kind}/${id}`);
    const isSame = old?.body && old.createdRevision === createdRevision && body.equals(old.body);
    if (isSame) return old;
    return { kind, id, body, createdRevision, modifiedRevision: this.#revision + 1 };
  }

  async #deliver(next: Map<string, ResourceChange>): Promise<void> {
    const changes = this.#held === null ? [...next.values()] : difference(this.#held, next);
    if (this.#held !== null && changes.length === 0) return;
    const type = this.#held === null ? 'snapshot' : 'delta';
    const baseRevision = type === 'snapshot' ? 0 : this.#revision;
    const batch: Batch = { type, baseRevision, revision: this.#revision + 1, digest: digestOf(next), changes };
    const verdict = await this.#sink?.receive(batch);
    if (verdict?.type === 'resync' && this.#held !== null) {
      this.#held = null;
      return this.#deliver(next);
    }
    this.#revision += 1;
    this.#held = next;
  }

  #report(connected: boolean, reason?: string): void {
    this.#sink?.linkChanged({ connected, since: Date.now(), ...(reason !== undefined && { reason }) });
  }
}

function difference(before: ReadonlyMap<string, ResourceChange>, next: ReadonlyMap<string, ResourceChange>) {
  const changes = [...next].flatMap(([key, change]) => (before.get(key) === change ? [] : [change]));
  const gone = [...before].flatMap(([key, change]) => (next.has(key) ? [] : [{ ...change, body: null }]));
  return [...gone, ...changes];
}

function digestOf(resources: ReadonlyMap<string, ResourceChange>): Uint8Array {
  const digest = StateDigest.empty();
  for (const { kind, id, body } of resources.values()) if (body) digest.add(elementHash(kind, id, body));
  return digest.toBytes();
}

/** The first few: all of them is what checking a file is for. */
function describe(problems: readonly FileProblem[]): string {
  const shown = problems.slice(0, 5).map(({ line, path, message }) => {
    return `${line === undefined ? '' : `line ${line}: `}${path === undefined ? '' : `${path}: `}${message}`;
  });
  return shown.join('; ') + (problems.length > 5 ? `; and ${problems.length - 5} more` : '');
}
