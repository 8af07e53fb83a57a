import { expect, test } from 'vitest';
import { EventQueue } from './instance-event.ts';

const told = (queue: EventQueue) => queue.waiting.map(({ type, revision }) => `${type} ${revision}`);

test('a burst of acknowledgements is told by the last one, and a refusal between them is not lost', () => {
  const queue = new EventQueue();
  for (const revision of [1, 2, 3]) queue.add('ack', revision);
  queue.add('nack', 4);
  queue.add('ack', 5);
  expect(told(queue)).toEqual(['ack 3', 'nack 4', 'ack 5']);
});

test('while nothing can be written, the oldest events give way', () => {
  const queue = new EventQueue();
  for (let revision = 1; revision <= 300; revision += 1) queue.add('nack', revision);
  expect(queue.waiting).toHaveLength(100);
  expect(told(queue).at(-1)).toBe('nack 300');
});

test('what comes while the queue is being written, waits for the next time', () => {
  const queue = new EventQueue();
  queue.add('ack', 1);
  const writing = queue.waiting;
  queue.add('ack', 2);
  queue.add('nack', 3);
  queue.written(writing);
  expect(told(queue)).toEqual(['ack 2', 'nack 3']);
});
