import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { CacheWriter } from '@sluice/plugin-kit';
import { bodyOffset, encodePrefix } from './cache-file.ts';
import type { KeyDigest } from './key-hash.ts';

/** What may wait for the disk before the sender has to. */
const waitingBytesMax = 1024 * 1024;

/** Where a file goes, and who wants to know. */
export interface FilePlan {
  readonly digest: KeyDigest;
  readonly temporary: string;
  readonly target: string;
  readonly bytesMax: number;
  /** Asked when everything is written; false: the file is thrown away. */
  readonly isWanted: () => boolean;
  /** The file is in its place: its size in bytes. */
  readonly stored: (bytes: number) => void | Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** Writes a file beside its place and moves it there when it is whole: nobody ever finds half of one. */
export class CacheFileWriter implements CacheWriter {
  readonly #plan: FilePlan;
  /** Everything so far, one after the other; null where it has failed. */
  #work: Promise<FileHandle | null>;
  #bytes = 0;
  #crc = 0;
  #waitingBytes = 0;
  #isOver = false;

  constructor(plan: FilePlan) {
    this.#plan = plan;
    this.#work = inFolderOf(plan.temporary, () => open(plan.temporary, 'wx', 0o600)).catch((error: unknown) =>
      this.#fail(null, error),
    );
  }

  append(chunk: Uint8Array): boolean | Promise<boolean> {
    if (this.#isOver) return false;
    if (this.#bytes + chunk.length > this.#plan.bytesMax) {
      this.abort();
      return false;
    }
    const copy = Buffer.from(chunk);
    const position = bodyOffset + this.#bytes;
    this.#bytes += copy.length;
    this.#waitingBytes += copy.length;
    this.#crc = crc32(copy, this.#crc);
    this.#then(async (file) => {
      await writeAll(file, copy, position);
      this.#waitingBytes -= copy.length;
    });
    return this.#waitingBytes < waitingBytesMax || this.#work.then((file) => file !== null);
  }

  commit(head: unknown): Promise<void> {
    const text = Buffer.from(JSON.stringify(head));
    const { digest, temporary, target, isWanted, stored } = this.#plan;
    const prefix = { bodyBytes: this.#bytes, headBytes: text.length, bodyCrc: this.#crc, headCrc: crc32(text) };
    return this.#finish(async (file) => {
      await writeAll(file, text, bodyOffset + this.#bytes);
      await writeAll(file, encodePrefix(digest, prefix), 0);
      await file.close();
      if (!isWanted()) return unlink(temporary);
      await inFolderOf(target, () => rename(temporary, target));
      // It may have been removed at this very moment.
      if (!isWanted()) return unlink(target);
      return stored(bodyOffset + this.#bytes + text.length);
    });
  }

  abort(): void {
    void this.#finish(async (file) => {
      await file.close();
      await unlink(this.#plan.temporary);
    });
  }

  async #finish(last: (file: FileHandle) => void | Promise<void>): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#then(last);
    await this.#work;
  }

  #then(step: (file: FileHandle) => void | Promise<void>): void {
    this.#work = this.#work.then(async (file) => {
      if (file === null) return null;
      try {
        await step(file);
        return file;
      } catch (error) {
        return this.#fail(file, error);
      }
    });
  }

  /** A full or failing disk costs the copy, never the answer. */
  async #fail(file: FileHandle | null, error: unknown): Promise<null> {
    this.#isOver = true;
    this.#plan.failed(error);
    await file?.close().catch(() => {
      // It was closed already.
    });
    await unlink(this.#plan.temporary).catch(() => {
      // There is none, or it has been moved.
    });
    return null;
  }
}

/** Does what needs the folder of a file. It is made with the first file. */
async function inFolderOf<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return step();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
