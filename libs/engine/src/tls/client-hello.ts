/** What a TLS client says first, as far as a certificate is chosen by it. */
export interface ClientHello {
  /** Lower case, without a trailing dot; empty where the client names no server. */
  readonly serverName: string;
}

const handshakeRecord = 22;
const clientHelloMessage = 1;
const serverNameExtension = 0;
const recordHeader = 5;
const recordBytesMax = 16_384;

/** A hello larger than this is an attack: post-quantum key shares take about 2 KiB. */
export const helloBytesMax = 32_768;

/** Reads a hello from the first bytes of a connection. Null: it is none. Undefined: it goes on in bytes that are still to come. */
export function parseClientHello(bytes: Buffer): ClientHello | null | undefined {
  const message = joinedRecords(bytes);
  if (message === null || message === undefined) return message;
  if (message.length < 4) return undefined;
  const length = message.readUIntBE(1, 3);
  if (message[0] !== clientHelloMessage || length > helloBytesMax) return null;
  if (message.length < 4 + length) return undefined;
  return parseHello(new Reader(message.subarray(4, 4 + length)));
}

/** A handshake message may be cut into several records (RFC 8446, section 5.1). */
function joinedRecords(bytes: Buffer): Buffer | null | undefined {
  if (bytes.length > 0 && bytes[0] !== handshakeRecord) return null;
  if (bytes.length > 1 && bytes[1] !== 3) return null;
  const parts: Buffer[] = [];
  for (let at = 0; at + recordHeader <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 3);
    if (bytes[at] !== handshakeRecord || length === 0 || length > recordBytesMax) return null;
    parts.push(bytes.subarray(at + recordHeader, at + recordHeader + length));
    at += recordHeader + length;
  }
  return parts.length === 0 ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** Walks through a hello; null where a length leads out of it. */
function parseHello(reader: Reader): ClientHello | null {
  // Version, random, session id, cipher suites, compression methods.
  reader.skip(34).skip(reader.byte()).skip(reader.short()).skip(reader.byte());
  if (reader.isBroken) return null;
  if (reader.isAtEnd) return { serverName: '' };
  const extensions = reader.part(reader.short());
  while (!extensions.isAtEnd && !extensions.isBroken) {
    const type = extensions.short();
    const content = extensions.part(extensions.short());
    if (type !== serverNameExtension) continue;
    const name = parseServerName(content);
    return name === null || extensions.isBroken ? null : { serverName: name };
  }
  return reader.isBroken || extensions.isBroken ? null : { serverName: '' };
}

/** The list has one name of type 0 (RFC 6066, section 3). */
function parseServerName(content: Reader): string | null {
  const list = content.part(content.short());
  const type = list.byte();
  const name = list.part(list.short()).text();
  if (content.isBroken || list.isBroken || type !== 0 || !/^[\w.-]+$/.test(name)) return null;
  return normalizedName(name);
}

/** Names are compared in lower case and without the dot of the root. */
export function normalizedName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** Reads numbers and parts from bytes; what is not there reads as zero and marks the reader as broken. */
class Reader {
  isBroken = false;
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#number(1);
  }

  short(): number {
    return this.#number(2);
  }

  skip(count: number): this {
    this.#at += count;
    this.isBroken ||= this.#at > this.#bytes.length;
    return this;
  }

  part(length: number): Reader {
    const from = this.#at;
    this.skip(length);
    const reader = new Reader(this.#bytes.subarray(from, from + length));
    reader.isBroken = this.isBroken;
    return reader;
  }

  text(): string {
    return this.#bytes.toString('latin1');
  }

  #number(length: number): number {
    const from = this.#at;
    this.skip(length);
    return this.isBroken ? 0 : this.#bytes.readUIntBE(from, length);
  }
}
