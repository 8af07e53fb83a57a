/** Follows one direction of a WebSocket connection (RFC 6455, section 5.2), to know where a frame may be put in between. */
export class FrameBoundary {
  /** Bytes of the current frame's payload that are still to come. */
  #payload = 0;
  /** The head of a frame as far as it has arrived. */
  readonly #head = Buffer.alloc(14);
  #headBytes = 0;

  /** True where the last frame is complete. */
  get isBetweenFrames(): boolean {
    return this.#payload === 0 && this.#headBytes === 0;
  }

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payload > 0) {
        const skipped = Math.min(this.#payload, chunk.length - at);
        this.#payload -= skipped;
        at += skipped;
        continue;
      }
      this.#head[this.#headBytes] = chunk[at] ?? 0;
      this.#headBytes += 1;
      at += 1;
      if (this.#headBytes >= 2 && this.#headBytes === this.#headLength()) this.#beginPayload();
    }
  }

  #headLength(): number {
    const second = this.#head[1] ?? 0;
    const length = second & 0x7f;
    const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
    return 2 + extended + (second >= 0x80 ? 4 : 0);
  }

  #beginPayload(): void {
    const length = (this.#head[1] ?? 0) & 0x7f;
    if (length < 126) this.#payload = length;
    else this.#payload = length === 126 ? this.#head.readUInt16BE(2) : Number(this.#head.readBigUInt64BE(2));
    this.#headBytes = 0;
  }
}
