import { ProtocolError } from './protocol-error.ts';
import { parseTrailers } from './response-head.ts';

/** Receives the content of chunks. */
export interface ChunkSink {
  onBody(chunk: Buffer): void;
}

const lineBytesMax = 4096;
const trailerBytesMax = 16 * 1024;
const crlf = Buffer.from('\r\n');
const lf = 10;
const empty = Buffer.alloc(0);

type State = 'size' | 'data' | 'data-end' | 'trailer';

/** Reads a chunked body. Sizes are plain hexadecimal, lines end in CRLF, extensions are skipped. */
export class ChunkedDecoder {
  #state: State = 'size';
  #left = 0;
  #pending: Buffer = empty;
  #trailerText = '';
  trailers: readonly string[] = [];

  reset(): void {
    this.#state = 'size';
    this.#pending = empty;
    this.#trailerText = '';
    this.trailers = [];
  }

  /** Gives what follows the body, or null while the body goes on. */
  decode(input: Buffer, sink: ChunkSink): Buffer | null {
    let data = this.#pending.length === 0 ? input : Buffer.concat([this.#pending, input]);
    this.#pending = empty;
    while (data.length > 0) {
      if (this.#state === 'data') {
        data = this.#readData(data, sink);
        continue;
      }
      const end = data.indexOf(crlf);
      if (end < 0 || end > lineBytesMax) {
        if (data.length > lineBytesMax) throw new ProtocolError('line too long in a chunked body');
        if (data.includes(lf)) throw new ProtocolError('a line of a chunked body ends in a bare LF');
        this.#pending = data;
        return null;
      }
      const line = data.toString('latin1', 0, end);
      data = data.subarray(end + 2);
      if (this.#readLine(line)) return data;
    }
    return null;
  }

  #readData(data: Buffer, sink: ChunkSink): Buffer {
    const body = data.length <= this.#left ? data : data.subarray(0, this.#left);
    this.#left -= body.length;
    if (this.#left === 0) this.#state = 'data-end';
    sink.onBody(body);
    return data.subarray(body.length);
  }

  /** True when this line ends the body. */
  #readLine(line: string): boolean {
    if (this.#state === 'size') {
      this.#left = chunkSize(line);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
      return false;
    }
    if (this.#state === 'data-end') {
      if (line !== '') throw new ProtocolError('chunk longer than its size');
      this.#state = 'size';
      return false;
    }
    if (line === '') {
      this.trailers = this.#trailerText === '' ? [] : parseTrailers(this.#trailerText);
      return true;
    }
    this.#trailerText += `${line}\r\n`;
    if (this.#trailerText.length > trailerBytesMax) throw new ProtocolError('trailers too large');
    return false;
  }
}

// RFC 9112, 7.1.1, without the white space that it lets a sender have only because old ones had it.
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const sizeLine = new RegExp(
  `^[0-9a-f]{1,12}(?:;${token}(?:=(?:${token}|"[^"\\\\\\x00-\\x08\\x0a-\\x1f\\x7f]*"))?)*$`,
  'i',
);

function chunkSize(line: string): number {
  if (!sizeLine.test(line)) throw new ProtocolError('malformed chunk size');
  return Number.parseInt(line, 16);
}
