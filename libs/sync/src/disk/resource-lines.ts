import { elementHash } from '../digest.ts';
import type { ResourceChange } from '../source.ts';

/** A resource as it stands in a file: a line of JSON that says what follows, then its canonical bytes; none where it is gone. */
export function resourceBytes(resource: ResourceChange): readonly Uint8Array[] {
  const { kind, id, createdRevision, modifiedRevision, body } = resource;
  const line = Buffer.from(`${JSON.stringify([kind, id, createdRevision, modifiedRevision, body?.length ?? -1])}\n`);
  return body ? [line, body] : [line];
}

/** Reads back what `resourceBytes` made. */
export function readResource(reader: LineReader): ResourceChange {
  const [kind, id, createdRevision, modifiedRevision, length] = JSON.parse(reader.line()) as [
    string,
    string,
    number,
    number,
    number,
  ];
  if (length < 0) return { kind, id, createdRevision, modifiedRevision, body: null };
  const body = reader.bytes(length);
  return { kind, id, createdRevision, modifiedRevision, body, hash: elementHash(kind, id, body) };
}

/** Goes through bytes from their beginning; what is not there any more throws. */
export class LineReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new Error('it ends too early');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('it ends too early');
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }
}
