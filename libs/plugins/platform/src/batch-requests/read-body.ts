import { type BodyTransform, Refusal, reply, type RequestView } from '@sluice/plugin-kit';

/** So much more than allowed is still counted, to tell the client how large its body is. */
const countedFactor = 4;

/** Thrown for a body that is larger than it may be. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';

  constructor(bytes: number, bytesMax: number) {
    super(tooLargeMessage(bytes, bytesMax));
  }
}

/** Reads the body as text. Throws a `TooLarge`. */
export async function readBody(request: RequestView, bytesMax: number): Promise<string> {
  if (request.bodyLength > bytesMax) throw new TooLarge(request.bodyLength, bytesMax);
  if (!request.hasBody) return '';
  const counter = new Counter(bytesMax);
  // Somebody who does not say the length is told it all the same.
  if (request.bodyLength < 0) request.transformBody(counter);
  const bytes = await request.readBody(bytesMax);
  if (bytes === null || counter.total > bytesMax) throw new TooLarge(Math.max(counter.total, bytesMax + 1), bytesMax);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

/** Counts all of a body and lets only the beginning pass, so that nothing is held that nobody reads. */
class Counter implements BodyTransform {
  total = 0;
  readonly #bytesMax: number;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  chunk(data: Uint8Array): Uint8Array | undefined {
    this.total += data.length;
    if (this.total <= this.#bytesMax) return data;
    if (this.total <= this.#bytesMax * countedFactor) return undefined;
    throw new Refusal(reply(413, { error_msg: tooLargeMessage(this.total, this.#bytesMax) }));
  }

  end(): undefined {
    return undefined;
  }
}

function tooLargeMessage(bytes: number, bytesMax: number): string {
  return `request size ${bytes} is greater than the maximum size ${bytesMax} allowed`;
}
