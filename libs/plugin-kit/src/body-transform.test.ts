import { createGunzip, createGzip, constants, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type BodyTransform, captureBody, wholeBody } from './body-transform.ts';
import { streamTransform } from './stream-transform.ts';

const bytes = (text: string) => Buffer.from(text);

async function passed(transform: BodyTransform, ...chunks: string[]): Promise<string[]> {
  const out: string[] = [];
  for (const chunk of chunks) {
    const result = await transform.chunk(bytes(chunk));
    if (result) out.push(Buffer.from(result).toString());
  }
  const rest = await transform.end();
  if (rest) out.push(Buffer.from(rest).toString());
  return out;
}

test('a body that is too long to be changed as a whole passes untouched, and whoever waits is told', async () => {
  let told = 0;
  const transform = wholeBody(
    5,
    () => bytes('never'),
    () => (told += 1),
  );
  expect(await passed(transform, 'abc', 'def', 'ghi')).toEqual(['abcdef', 'ghi']);
  expect(told).toBe(1);
});

test('a body that fits is changed once, when it has ended', async () => {
  const transform = wholeBody(6, (body) => bytes(body.toString().toUpperCase()));
  expect(await passed(transform, 'abc', 'def')).toEqual(['ABCDEF']);
  expect(await passed(wholeBody(6, () => bytes('made')))).toEqual(['made']);
});

test('a capture keeps the beginning and says how much there was', async () => {
  const capture = captureBody(4);
  expect(await passed(capture, 'abc', 'def')).toEqual(['abc', 'def']);
  expect([Buffer.from(capture.bytes()).toString(), capture.total, capture.isWhole]).toEqual(['abcd', 6, false]);
});

test('a capture does not change with the buffer that it has seen', () => {
  const capture = captureBody(10);
  const buffer = bytes('abc');
  capture.chunk(buffer);
  buffer.fill(0);
  expect(Buffer.from(capture.bytes()).toString()).toBe('abc');
});

test('a stream that fails makes the transform fail', async () => {
  await expect(passed(streamTransform(createGunzip()), 'this is not gzip')).rejects.toThrow(/incorrect header/);
});

test('a Node stream is a transform; flushed, nothing of a chunk is held back', async () => {
  const gzip = createGzip();
  const transform = streamTransform(gzip, (done) => gzip.flush(constants.Z_SYNC_FLUSH, done));
  const [first, second, last] = [
    await transform.chunk(bytes('data: 1\n\n')),
    await transform.chunk(bytes('data: 2\n\n')),
    await transform.end(),
  ];
  const gunzip = createGunzip();
  const seen: string[] = [];
  gunzip.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  gunzip.write(first);
  await expect.poll(() => seen).toEqual(['data: 1\n\n']);
  const whole = Buffer.concat([first, second, last].map((part) => part ?? Buffer.alloc(0)));
  expect(gunzipSync(whole).toString()).toBe('data: 1\n\ndata: 2\n\n');
});
