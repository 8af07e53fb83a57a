import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheRecord, CacheWriter, CacheZone, FetchTurn, Log } from '@sluice/plugin-kit';
import { CacheFileWriter } from './cache-file-writer.ts';
import { folderOf, readBody, readCacheFile, type ReadFile, replaceFileHead } from './cache-file.ts';
import { DiskIndex, type IndexedFile } from './disk-index.ts';
import { FetchTurns } from './fetch-turns.ts';
import { digestOf, type KeyDigest, nameOf } from './key-hash.ts';
import { LocalRecords } from './local-records.ts';
import type { ZoneMemory, ZoneOptions } from './memory-zone.ts';

/** What each worker keeps of files that it has read: heads, and bodies that came with them. */
const keptFilesMax = 2048;
const keptBytesMax = 16 * 1024 * 1024;
/** What one file needs in the index, and the least that a file takes of the disk. */
const indexBytesPerFile = 32;
const blockBytes = 4096;
/** Slots that are looked at in one go for files to give up. */
const sweepSlots = 4096;
/** Failures of the disk are noted no more often than this, in milliseconds. */
const noteEveryMs = 10_000;
/** The beginning of the names of files that are not whole yet. */
export const temporaryPrefix = '.writing-';

/** What a zone on disk is made of. */
export interface DiskZoneOptions extends ZoneOptions {
  readonly path: string;
  readonly bytesMax: number;
  /** Characters of each level of folders, as nginx writes them: `1:2`. */
  readonly levels: readonly number[];
  readonly log: Log;
}

/** A file that a worker knows. */
interface KnownFile {
  readonly at: IndexedFile;
  readonly record: DiskRecord;
}

/**
 * A part of the cache on disk: one file per message, found by its name, moved into place when it is whole. What is damaged or
 * gone is not there. Files that are asked for again and again are answered from the memory of the worker.
 */
export class DiskZone implements CacheZone {
  readonly name: string;
  readonly strategy = 'disk';
  readonly ttlMs: number;
  readonly #options: DiskZoneOptions;
  readonly #index: DiskIndex;
  readonly #turns: FetchTurns;
  readonly #known = new LocalRecords<KnownFile>(keptFilesMax, keptBytesMax);
  #notedAt = -Infinity;
  #isSweeping = false;

  constructor(options: DiskZoneOptions) {
    this.name = options.name;
    this.ttlMs = options.ttlMs;
    this.#options = options;
    this.#index = new DiskIndex(options.memory.data);
    this.#turns = new FetchTurns(options.clock, options.memory.turns);
  }

  /** The memory of a zone of which no file is known yet; `memoryBytes` is the most that it may take. */
  static createMemory(memoryBytes: number, diskBytes: number): ZoneMemory {
    const files = Math.min(memoryBytes / indexBytesPerFile, diskBytes / blockBytes);
    return { data: DiskIndex.createBuffer(files), turns: FetchTurns.createBuffer() };
  }

  find(key: string): CacheRecord | undefined | Promise<CacheRecord | undefined> {
    const known = this.#known.get(key);
    if (known !== undefined && this.#index.isCurrent(known.at)) {
      this.#index.use(known.at);
      return known.record;
    }
    const digest = digestOf(key);
    const at = this.#index.find(digest);
    if (at === undefined && this.#index.isComplete) return undefined;
    return this.#read(key, digest, at);
  }

  begin(key: string): FetchTurn {
    return this.#turns.begin(digestOf(key));
  }

  whenFetched(key: string, timeoutMs: number): Promise<void> {
    return this.#turns.whenOver(digestOf(key), timeoutMs);
  }

  write(key: string, turn: FetchTurn, bytesMin = 0, bytesWanted = Infinity): CacheWriter | undefined {
    const { path, bytesMax: room } = this.#options;
    const bytesMax = Math.min(room / 2, bytesWanted);
    if (bytesMin > bytesMax) return undefined;
    const digest = digestOf(key);
    return new CacheFileWriter({
      digest,
      bytesMax,
      temporary: join(path, temporaryPrefix + randomUUID()),
      target: this.#pathOf(nameOf(digest)),
      isWanted: () => turn.isCurrent(),
      stored: (bytes) => this.#stored(digest, bytes),
      failed: (error) => this.note(error),
    });
  }

  async remove(key: string): Promise<boolean> {
    const digest = digestOf(key);
    // First this: who is storing now must not do it any more.
    this.#turns.noteRemoval(digest);
    const wasKnown = this.#index.remove(digest);
    this.#known.delete(key);
    return (await this.#unlink(nameOf(digest))) || wasKnown;
  }

  async replaceHead(digest: KeyDigest, { prefix }: ReadFile, head: unknown): Promise<void> {
    try {
      const at = this.#index.find(digest);
      await replaceFileHead(this.#pathOf(nameOf(digest)), digest, prefix, head);
      // What workers have read of it is outdated.
      if (at !== undefined) this.#index.touch(at);
    } catch (error) {
      this.note(error);
    }
  }

  bodyOf(digest: KeyDigest, { prefix }: ReadFile, start: number, end: number): AsyncIterable<Uint8Array> {
    return readBody(this.#pathOf(nameOf(digest)), digest, prefix, start, end);
  }

  /** The disk makes trouble: now and then that is worth a line. */
  note(error: unknown): void {
    const now = this.#options.clock.now();
    if (now - this.#notedAt < noteEveryMs) return;
    this.#notedAt = now;
    this.#options.log.warn('a zone of the cache cannot use its disk', { zone: this.name, error: String(error) });
  }

  async #read(key: string, digest: KeyDigest, at: IndexedFile | undefined): Promise<CacheRecord | undefined> {
    const file = await readCacheFile(this.#pathOf(nameOf(digest)), digest);
    if (file === undefined) {
      if (at !== undefined) this.#index.drop(at);
      return undefined;
    }
    const record = new DiskRecord(this, digest, file);
    if (at !== undefined) {
      this.#index.use(at);
      this.#known.set(key, { at, record }, file.prefix.headBytes + (file.body?.length ?? 0));
    }
    return record;
  }

  async #stored(digest: KeyDigest, bytes: number): Promise<void> {
    const evicted = this.#index.put(digest, sizeKib(bytes));
    if (evicted !== undefined) await this.#unlink(evicted);
    await this.#makeRoom();
  }

  /** Gives up what was not used lately until the zone is within its bounds. */
  async #makeRoom(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    // Two rounds in vain: whatever takes room is not in the index.
    for (let vain = 0; vain <= this.#index.slotCount * 2 && this.#index.kib * 1024 > this.#options.bytesMax;) {
      const name = this.#index.giveUpOne(sweepSlots);
      vain = name === undefined ? vain + sweepSlots : 0;
      if (name !== undefined) await this.#unlink(name);
      else await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isSweeping = false;
  }

  async #unlink(name: string): Promise<boolean> {
    try {
      await unlink(this.#pathOf(name));
      return true;
    } catch {
      // Somebody else has removed it: what was wanted is so.
      return false;
    }
  }

  #pathOf(name: string): string {
    const { path, levels } = this.#options;
    return join(folderOf(path, levels, name), name);
  }
}

class DiskRecord implements CacheRecord {
  readonly head: unknown;
  readonly bodyBytes: number;
  readonly #zone: DiskZone;
  readonly #digest: KeyDigest;
  readonly #file: ReadFile;

  constructor(zone: DiskZone, digest: KeyDigest, file: ReadFile) {
    this.head = file.head;
    this.bodyBytes = file.prefix.bodyBytes;
    this.#zone = zone;
    this.#digest = digest;
    this.#file = file;
  }

  body(start: number, end: number): Uint8Array | AsyncIterable<Uint8Array> {
    return this.#file.body?.subarray(start, end) ?? this.#zone.bodyOf(this.#digest, this.#file, start, end);
  }

  replaceHead(head: unknown): Promise<void> {
    return this.#zone.replaceHead(this.#digest, this.#file, head);
  }
}

/** What a file of so many bytes takes of the disk, in KiB. */
export function sizeKib(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * (blockBytes / 1024);
}
