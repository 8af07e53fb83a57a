import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delayFor } from 'node:timers/promises';
import { promisify } from 'node:util';

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = fs.constants;
// Plain descriptors: a handle object that is not closed when a worker ends would be an error of its own.
const open = promisify(fs.open);
const close = promisify(fs.close);
const stat = promisify(fs.stat);
const fstat = promisify(fs.fstat);
const mkdir = promisify(fs.mkdir);
const write = promisify(fs.write);

/** Only its owner and his group: lines hold what clients sent. */
const fileMode = 0o640;
const folderMode = 0o750;
/** A pipe takes so much at once or not at all (POSIX, PIPE_BUF): lines of several writers do not mix. */
const pipePieceBytes = 4096;
/** How long until a pipe that is full is tried again. */
const fullMs = 10;
/** What the process was started with, by its descriptors; nothing else that is no file is written to. */
const standardStreams: ReadonlyMap<string, number> = new Map([
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
]);

/**
 * A file that lines are appended to. All workers of all gateways may append to the same one: each hands whole lines to the
 * system in one piece, which puts them at the end. When the file was moved away or deleted, a new one is begun.
 */
export class LineFile {
  readonly #path: string;
  readonly #makesFolder: boolean;
  #fd: number | null = null;
  #isFile = true;
  #isClosed = false;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, makesFolder: boolean) {
    this.#path = path;
    this.#makesFolder = makesFolder;
  }

  /** Appends whole lines, after those of earlier calls. Rejects where that is not possible; the next call tries anew. */
  append(lines: string): Promise<void> {
    const done = this.#last.then(() => this.#append(lines));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) await closeOwn(fd);
  }

  async #append(lines: string): Promise<void> {
    const fd = await this.#current();
    if (this.#isFile) return writeAll(fd, Buffer.from(lines));
    for (const piece of pipePieces(lines)) await writeAll(fd, piece, () => !this.#isClosed);
  }

  /** The file that the path leads to now. */
  async #current(): Promise<number> {
    const held = this.#fd;
    if (held !== null) {
      if (await isAt(this.#path, held)) return held;
      this.#fd = null;
      await closeOwn(held);
    }
    if (this.#makesFolder) await mkdir(dirname(this.#path), { recursive: true, mode: folderMode });
    const fd = await opened(this.#path);
    this.#isFile = (await fstat(fd)).isFile();
    if (this.#isFile || standardStreams.has(this.#path)) return (this.#fd = fd);
    await closeOwn(fd);
    throw new Error(`${this.#path} is no ordinary file`);
  }
}

/** A socket cannot be opened a second time: where a standard stream is one, its own descriptor is used. */
async function opened(path: string): Promise<number> {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody reads would hold a thread of the pool for ever.
    return await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, fileMode);
  } catch (error) {
    const standard = standardStreams.get(path);
    if (standard !== undefined && hasCode(error, 'ENXIO')) return standard;
    throw error;
  }
}

async function closeOwn(fd: number): Promise<void> {
  if (fd > 2) await close(fd);
}

async function isAt(path: string, fd: number): Promise<boolean> {
  try {
    const [there, held] = await Promise.all([stat(path), fstat(fd)]);
    return there.ino === held.ino && there.dev === held.dev;
  } catch {
    // Nothing is there, or nothing that may be looked at: opening it says what is wrong.
    return false;
  }
}

/** A pipe may be full for now: then it is tried again, as long as `waits` says so. */
async function writeAll(fd: number, bytes: Buffer, waits = (): boolean => false): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      const { bytesWritten } = await write(fd, rest, 0, rest.length, null);
      rest = rest.subarray(bytesWritten);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN') || !waits()) throw error;
      await delayFor(fullMs, undefined, { ref: false });
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Whole lines, as many as fit into a piece; a longer line is a piece of its own. */
function* pipePieces(lines: string): Generator<Buffer> {
  const bytes = Buffer.from(lines);
  for (let from = 0; from < bytes.length;) {
    const last = bytes.lastIndexOf(10, from + pipePieceBytes - 1);
    const end = last >= from ? last : bytes.indexOf(10, from);
    yield bytes.subarray(from, end + 1);
    from = end + 1;
  }
}
