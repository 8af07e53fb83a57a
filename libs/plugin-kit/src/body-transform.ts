/**
 * Changes a body as it streams. Both functions may return nothing to keep what they were given back for later; while a
 * promise is pending nothing more is read from the sender, so what a transform holds is bounded by itself alone.
 */
export interface BodyTransform {
  chunk(data: Uint8Array): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** After the last chunk: what is still to be sent. */
  end(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** True where the transform only looks on and returns what it got: the length that was announced stays. */
  readonly keepsBytes?: boolean;
  /** Length of all that it will return, where it knows: the answer is announced with it. */
  readonly bytesOut?: number;
  /** True where it must see an answer's bytes as they came: it works before all others, whatever the priority of its plugin. */
  readonly isAtSource?: boolean;
  /**
   * True where it must see an answer's bytes as they would leave: it works behind all others. Its plugin may decide by the
   * head in `responseBody`, and change it, when all have had their say there.
   */
  readonly isAtClient?: boolean;
}

/** A body that is produced while it is sent. It is asked for the next piece when the receiver has taken the last. */
export type BodyStream = AsyncIterable<Uint8Array | string>;

/** What has passed by so far. */
export interface BodyCapture extends BodyTransform {
  /** The beginning of the body, at most as much as was asked for. */
  bytes(): Uint8Array;
  /** Bytes of the whole body so far. */
  readonly total: number;
  /** Whether `bytes` is the whole body so far. */
  readonly isWhole: boolean;
}

/**
 * Keeps the beginning of a body for whoever wants to log it, and lets it pass. Give it to `ctx.request.transformBody`, or
 * return it from `responseBody`.
 */
export function captureBody(bytesMax: number): BodyCapture {
  return new Capture(bytesMax);
}

class Capture implements BodyCapture {
  readonly keepsBytes = true;
  total = 0;
  readonly #bytesMax: number;
  readonly #kept: Uint8Array[] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isWhole(): boolean {
    return this.total <= this.#bytesMax;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#kept);
  }

  chunk(data: Uint8Array): Uint8Array {
    const room = this.#bytesMax - this.total;
    this.total += data.length;
    // A copy: transforms before this one may use their buffers again.
    if (room > 0) this.#kept.push(Uint8Array.prototype.slice.call(data, 0, room));
    return data;
  }

  end(): undefined {
    return undefined;
  }
}

/** What a whole body becomes. */
export type WholeBodyChange = (body: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/**
 * Waits for the whole body, at most `bytesMax`, and changes it at once. A longer body passes as it is: `onTooLong` is told,
 * and may throw to break the message off instead.
 */
export function wholeBody(bytesMax: number, change: WholeBodyChange, onTooLong?: () => void): BodyTransform {
  let held: Uint8Array[] | null = [];
  let size = 0;
  return {
    chunk(data) {
      if (held === null) return data;
      held.push(data);
      size += data.length;
      if (size <= bytesMax) return undefined;
      const passed = Buffer.concat(held);
      held = null;
      onTooLong?.();
      return passed;
    },
    end() {
      return held === null ? undefined : change(Buffer.concat(held));
    },
  };
}
