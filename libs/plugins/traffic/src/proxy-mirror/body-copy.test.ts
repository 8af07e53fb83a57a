import { expect, test } from 'vitest';
import { BodyCopy } from './body-copy.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function read(copy: BodyCopy): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of copy) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a copy is given up where its reader falls too far behind, and gives back what it held', async () => {
  const budget = { bytesLeft: 100 };
  const copy = new BodyCopy(8, budget);
  copy.chunk(bytes('12345678'));
  expect([copy.signal.aborted, budget.bytesLeft]).toEqual([false, 92]);
  expect(Buffer.from(copy.chunk(bytes('9'))).toString()).toBe('9');
  expect([copy.signal.aborted, budget.bytesLeft, await read(copy)]).toEqual([true, 100, '']);
});

test('a copy is given up where all copies together hold too much, and the others are not', async () => {
  const budget = { bytesLeft: 10 };
  const [first, second] = [new BodyCopy(100, budget), new BodyCopy(100, budget)];
  first.chunk(bytes('12345678'));
  second.chunk(bytes('123'));
  first.end();
  expect([first.signal.aborted, second.signal.aborted, budget.bytesLeft]).toEqual([false, true, 2]);
  expect([await read(first), budget.bytesLeft]).toEqual(['12345678', 10]);
});

test('a copy of a body that breaks off is given up, one of a whole body is not', async () => {
  const budget = { bytesLeft: 100 };
  const [broken, whole] = [new BodyCopy(100, budget), new BodyCopy(100, budget)];
  const reading = read(broken);
  broken.chunk(bytes('begun'));
  broken.close();
  whole.chunk(bytes('all'));
  whole.end();
  whole.close();
  expect([broken.signal.aborted, whole.signal.aborted]).toEqual([true, false]);
  expect([await read(whole), ['', 'begun'].includes(await reading), budget.bytesLeft]).toEqual(['all', true, 100]);
});

test('a copy does not change with the memory of what it was made of', async () => {
  const copy = new BodyCopy(100, { bytesLeft: 100 });
  const chunk = bytes('first');
  copy.chunk(chunk);
  chunk.fill(0);
  copy.end();
  expect(await read(copy)).toBe('first');
});
