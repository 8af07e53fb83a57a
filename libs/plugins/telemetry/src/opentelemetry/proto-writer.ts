const startBytes = 2048;

/**
 * Writes messages of Protocol Buffers from their end to their beginning: the length of a message, which stands before it, is
 * known when it is written. So the fields of a message are written in reverse.
 */
export class ProtoWriter {
  #buffer = Buffer.allocUnsafe(startBytes);
  #at = startBytes;

  /** Bytes written so far: a mark for `close`. */
  get length(): number {
    return this.#buffer.length - this.#at;
  }

  /** Makes a field of everything that was written after the mark. */
  close(field: number, mark: number): void {
    this.#varint(this.length - mark);
    this.#varint(field * 8 + 2);
  }

  string(field: number, text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#room(bytes);
    this.#buffer.write(text, (this.#at -= bytes));
    this.#varint(bytes);
    this.#varint(field * 8 + 2);
  }

  /** Bytes that are given as hexadecimal digits. */
  hex(field: number, digits: string): void {
    const bytes = digits.length / 2;
    this.#room(bytes);
    this.#buffer.write(digits, (this.#at -= bytes), 'hex');
    this.#varint(bytes);
    this.#varint(field * 8 + 2);
  }

  /** A whole number of at least 0, or a truth value. */
  integer(field: number, value: number | boolean): void {
    this.#varint(Number(value));
    this.#varint(field * 8);
  }

  double(field: number, value: number): void {
    this.#room(8);
    this.#buffer.writeDoubleLE(value, (this.#at -= 8));
    this.#varint(field * 8 + 1);
  }

  fixed32(field: number, value: number): void {
    this.#room(4);
    this.#buffer.writeUInt32LE(value, (this.#at -= 4));
    this.#varint(field * 8 + 5);
  }

  fixed64(field: number, value: bigint): void {
    this.#room(8);
    this.#buffer.writeBigUInt64LE(value, (this.#at -= 8));
    this.#varint(field * 8 + 1);
  }

  /** Bytes of fields that were written before. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, (this.#at -= bytes.length));
  }

  /** A copy of what was written; the writer begins anew. */
  take(): Buffer {
    const taken = Buffer.from(this.#buffer.subarray(this.#at));
    this.#at = this.#buffer.length;
    return taken;
  }

  #varint(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
    this.#room(size);
    let at = (this.#at -= size);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#buffer[at++] = (rest % 128) + 128;
    this.#buffer[at] = rest;
  }

  #room(bytes: number): void {
    if (this.#at >= bytes) return;
    const { length } = this;
    const wider = Buffer.allocUnsafe(2 * this.#buffer.length + bytes);
    this.#buffer.copy(wider, wider.length - length, this.#at);
    this.#at = wider.length - length;
    this.#buffer = wider;
  }
}
