/** One element of DER (X.690). */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length, as signatures and hashes want it. */
  readonly whole: Buffer;
}

/** What is no DER, or not the structure that was expected. */
export class MalformedDer extends Error {}

const lengthBytesMax = 4;

/** Reads DER from one element to the next. Whatever leads out of the bytes throws. */
export class DerReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Whether the next element has a tag. */
  isNext(tag: number): boolean {
    return !this.isAtEnd && this.#bytes[this.#at] === tag;
  }

  /** The next element, which must have the tag where one is given. */
  next(tag?: number): DerElement {
    const from = this.#at;
    const found = this.#byte();
    if (tag !== undefined && found !== tag) throw new MalformedDer(`expected the tag ${tag}, found ${found}`);
    const length = this.#length();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new MalformedDer('an element leads out of its surroundings');
    return {
      tag: found,
      content: this.#bytes.subarray(start, this.#at),
      whole: this.#bytes.subarray(from, this.#at),
    };
  }

  /** The inside of the next element. */
  enter(tag: number = derTags.sequence): DerReader {
    return new DerReader(this.next(tag).content);
  }

  /** Passes over the next element where it has the tag. */
  skip(tag: number): this {
    if (this.isNext(tag)) this.next();
    return this;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new MalformedDer('an element is missing');
    this.#at += 1;
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > lengthBytesMax) throw new MalformedDer('a length that DER does not have');
    let length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + this.#byte();
    return length;
  }
}

/** The tags that certificates and their status are made of. */
export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  object: 0x06,
  enumerated: 0x0a,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** An element of parts. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}
