import { seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { FrameBoundary } from './frame-boundary.ts';

function frame(length: number, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const head = length < 126 ? [0x82, mask | length] : length < 65536 ? [0x82, mask | 126, 0, 0] : [0x82, mask | 127];
  const bytes = Buffer.concat([Buffer.from(head), Buffer.alloc(length < 65536 ? 0 : 8)]);
  if (length >= 65536) bytes.writeBigUInt64BE(BigInt(length), 2);
  else if (length >= 126) bytes.writeUInt16BE(length, 2);
  return Buffer.concat([bytes, Buffer.alloc(isMasked ? 4 : 0), Buffer.alloc(length, 0x81)]);
}

test('a frame may be put in exactly where one has ended, however the bytes are cut', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 300; round += 1) {
    const frames = Array.from({ length: 1 + random.below(5) }, () =>
      frame(random.pick([0, 1, 125, 126, 127, 65_535, 65_536, 70_000]), random.oneIn(2)),
    );
    const ends = new Set<number>();
    let sum = 0;
    for (const { length } of frames) ends.add((sum += length));
    const all = Buffer.concat(frames);
    const boundary = new FrameBoundary();
    for (let at = 0; at < all.length;) {
      const next = Math.min(all.length, at + 1 + random.below(random.pick([2, 10, 50_000])));
      boundary.feed(all.subarray(at, next));
      at = next;
      expect(boundary.isBetweenFrames).toBe(ends.has(at));
    }
  }
});
