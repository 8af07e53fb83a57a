import { close, constants, fstatSync, openSync, write, writeSync } from 'node:fs';

/** Told of what keeps lines from being written. */
export interface LogFileTrouble {
  onTrouble(reason: string): void;
}

/** Lines are collected this long, unless a piece is full before. */
const flushMs = 100;
const pieceBytes = 16 * 1024;
/** A pipe takes so much at once or not at all (POSIX, PIPE_BUF): lines of several writers do not mix. */
const pipePieceBytes = 4096;
/** What waits while the other side is slow; beyond it, lines are dropped. */
const pendingBytesMax = 8 * 1024 * 1024;
const retryMs = 10;
const troubleIntervalMs = 10_000;
const standardOutput = 1;

/**
 * A log that several threads append to, each by a descriptor of its own, a number of whole lines at a time. It never makes
 * anybody wait: what cannot be written while too much is waiting already is dropped and counted.
 */
export class LogFile {
  readonly #path: string;
  readonly #trouble: LogFileTrouble;
  #fd: number;
  /** Its other end is read by somebody, who may be slow. */
  #isPipe = false;
  /** A write answers at once, done or not. */
  #isPrompt = false;
  /** Descriptors of before, in use until the write that is under way is done. */
  #retired: number[] = [];
  /** Pieces to write, the first of them partly done. */
  #pieces: Buffer[] = [];
  #pieceText = '';
  #pendingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #isWriting = false;
  #toldAtMs = -Infinity;
  #onIdle: (() => void)[] = [];
  /** Lines that were dropped. */
  dropped = 0;

  private constructor(path: string, trouble: LogFileTrouble) {
    this.#path = path;
    this.#trouble = trouble;
    this.#fd = this.#opened();
  }

  /** Opens a file for appending, or with `/dev/stdout` what standard output leads to. Throws where that is not possible. */
  static open(path: string, trouble: LogFileTrouble): LogFile {
    return new LogFile(path, trouble);
  }

  /** Takes one line with its end. */
  append(line: string): void {
    if (this.#pendingBytes > pendingBytesMax) {
      this.dropped += 1;
      return;
    }
    const limit = this.#isPipe ? pipePieceBytes : pieceBytes;
    if (this.#pieceText.length + line.length > limit) this.#cut();
    this.#pieceText += line;
    if (this.#pieceText.length >= limit) this.#cut();
    if (this.#pieces.length > 0) this.#write();
    else this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
  }

  /** Begins to write what has been collected. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#cut();
    this.#write();
  }

  /** Goes on in the file that the path leads to now: the one before was moved away. */
  reopen(): void {
    this.flush();
    const old = this.#fd;
    try {
      this.#fd = this.#opened();
    } catch (error) {
      this.#report(error);
      return;
    }
    this.#retired.push(old);
    if (!this.#isWriting) this.#closeRetired();
  }

  /** Resolves when everything is written. */
  idle(): Promise<void> {
    this.flush();
    if (!this.#isWriting && this.#pieces.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #opened(): number {
    const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
    let fd = standardOutput;
    this.#isPrompt = true;
    try {
      fd = openSync(this.#path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o640);
    } catch (error) {
      if (this.#path !== '/dev/stdout') throw error;
      // A socket cannot be opened a second time; the one that there is may block.
      this.#isPrompt = false;
    }
    const isFile = fstatSync(fd).isFile();
    this.#isPipe = !isFile;
    this.#isPrompt &&= !isFile;
    return fd;
  }

  #closeRetired(): void {
    for (const fd of this.#retired.splice(0)) if (fd !== standardOutput) close(fd, () => {});
  }

  #cut(): void {
    if (this.#pieceText === '') return;
    const piece = Buffer.from(this.#pieceText);
    this.#pieceText = '';
    this.#pieces.push(piece);
    this.#pendingBytes += piece.length;
  }

  #write(): void {
    if (this.#isWriting) return;
    if (this.#isPrompt) this.#writeAtOnce();
    else this.#writeBehind();
  }

  /** A descriptor that does not block answers at once, so no thread has to wait for it. */
  #writeAtOnce(): void {
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      try {
        this.#written(piece, writeSync(this.#fd, piece));
      } catch (error) {
        if (!isFull(error)) this.#lost(error);
        else {
          this.#isWriting = true;
          setTimeout(() => this.#goOn(), retryMs).unref();
          return;
        }
      }
    }
    this.#settle();
  }

  /** A disk may be slow, and only another thread can wait for it: one of the pool, one write at a time. */
  #writeBehind(): void {
    const [piece] = this.#pieces;
    if (piece === undefined) return this.#settle();
    this.#isWriting = true;
    write(this.#fd, piece, (error, bytes) => {
      if (error) this.#lost(error);
      else this.#written(piece, bytes);
      this.#goOn();
    });
  }

  #goOn(): void {
    this.#isWriting = false;
    this.#closeRetired();
    this.#write();
  }

  #written(piece: Buffer, bytes: number): void {
    this.#pendingBytes -= bytes;
    if (bytes === piece.length) this.#pieces.shift();
    else this.#pieces[0] = piece.subarray(bytes);
  }

  /** A full disk or a closed pipe: holding on to the lines would not help. */
  #lost(error: unknown): void {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#pendingBytes -= piece.length;
      for (const byte of piece) if (byte === 10) this.dropped += 1;
    }
    this.#report(error);
  }

  #report(error: unknown): void {
    if (performance.now() - this.#toldAtMs < troubleIntervalMs) return;
    this.#toldAtMs = performance.now();
    this.#trouble.onTrouble(error instanceof Error ? error.message : String(error));
  }

  #settle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
