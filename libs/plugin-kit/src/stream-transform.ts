import type { Transform } from 'node:stream';
import type { BodyTransform } from './body-transform.ts';

/**
 * A transform made of a Node stream, such as one of `node:zlib`. `flush` is called after each chunk, for streams that would
 * otherwise keep what they were given (`stream.flush(Z_SYNC_FLUSH, done)`): without it a slow answer arrives late.
 */
export function streamTransform(stream: Transform, flush?: (done: () => void) => void): BodyTransform {
  let produced: Uint8Array[] = [];
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  const settle = (): void => wake?.();
  stream.on('data', (chunk: Uint8Array) => produced.push(chunk));
  stream.on('end', settle);
  stream.on('error', (error) => {
    failure = error;
    settle();
  });
  const outcome = async (step: (done: () => void) => void): Promise<Uint8Array | undefined> => {
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (failure === null) step(resolve);
      else resolve();
    });
    wake = null;
    if (failure !== null) throw failure;
    const taken = produced;
    produced = [];
    return taken.length === 0 ? undefined : Buffer.concat(taken);
  };
  return {
    chunk: (data) => outcome((done) => stream.write(data, () => (flush ? flush(done) : done()))),
    end: () => outcome(() => stream.end()),
  };
}
