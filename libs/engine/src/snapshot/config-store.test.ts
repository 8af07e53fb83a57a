import { describe, expect, test } from 'vitest';
import { keyedAuth } from '../pipeline/fixtures/test-plugin.ts';
import type { ConfigStep } from './config-step.ts';
import { ConfigStore } from './config-store.ts';
import { ConsumerIndex, DecodedConsumers } from './consumer-index.ts';
import { SegmentReader } from './segment-reader.ts';

const schemaOf = (name: string) => (name === 'keyed' ? keyedAuth.schema : undefined);

function change(kind: string, id: string, value: object | null, revision = 1) {
  const body = value && Buffer.from(JSON.stringify(value));
  return { kind, id, body, createdRevision: 1, modifiedRevision: revision };
}

const consumer = (name: string, key: string, revision = 1) =>
  change('consumer', name, { username: name, plugins: { keyed: { key } } }, revision);

/** A worker: follows the steps that it is given. */
class Reader {
  readonly #decoded = new DecodedConsumers();
  #segments = SegmentReader.empty();
  consumers: ConsumerIndex | null = null;

  take(step: ConfigStep): this {
    this.#segments = this.#segments.after(step);
    this.consumers = new ConsumerIndex(step, this.#segments, this.#decoded, schemaOf);
    return this;
  }

  who(key: string): string | undefined {
    return this.consumers?.find('keyed', key)?.id;
  }
}

function committed(store: ConfigStore, ...changes: ReturnType<typeof change>[]): ConfigStep {
  const step = store.stage(changes);
  store.commit();
  return step;
}

describe('a step that is staged', () => {
  test('is seen by nobody who has not taken it, also where the index is the same memory', () => {
    const store = new ConfigStore(schemaOf);
    const reader = new Reader().take(committed(store, consumer('ann', 'old')));

    const step = store.stage([consumer('ann', 'new', 2), consumer('bob', 'bobs', 2)]);

    expect([reader.who('old'), reader.who('new'), reader.who('bobs')]).toEqual(['ann', undefined, undefined]);
    expect(store.get('consumer', 'bob')).toBeUndefined();
    const other = new Reader().take(store.attach());
    expect([other.who('old'), other.who('new')]).toEqual(['ann', undefined]);

    reader.take(step);
    expect([reader.who('old'), reader.who('new'), reader.who('bobs')]).toEqual([undefined, 'ann', 'bob']);
    expect(other.who('old')).toBe('ann');
  });

  test('and taken back leaves no trace', () => {
    const store = new ConfigStore(schemaOf);
    const reader = new Reader().take(committed(store, consumer('ann', 'anns'), change('route', '1', { uri: '/' })));

    store.stage([consumer('ann', 'other', 2), consumer('eve', 'eves', 2), change('route', '1', null, 2)]);
    store.abort();
    reader.take(committed(store, consumer('bob', 'bobs', 3)));

    expect(['anns', 'other', 'eves', 'bobs'].map((key) => reader.who(key))).toEqual([
      'ann',
      undefined,
      undefined,
      'bob',
    ]);
    expect([...store.keys()].toSorted()).toEqual(['consumer/ann', 'consumer/bob', 'route/1']);
    expect(store.size).toBe(3);
  });
});

describe('consumers', () => {
  test('are found by key however many there are, and none is read before somebody asks', () => {
    const store = new ConfigStore(schemaOf);
    const count = 20_000;
    const all = Array.from({ length: count }, (_, i) => consumer(`c${i}`, `key ${i}`));
    const step = committed(store, ...all);
    const reader = new Reader().take(step);

    expect(step.placed).toHaveLength(0);
    for (let i = 0; i < count; i += 997) expect(reader.who(`key ${i}`)).toBe(`c${i}`);
    expect(reader.who('key 20000')).toBeUndefined();
    expect(reader.consumers?.hasAny('keyed')).toBe(true);
  });

  test('that are gone open nothing, and a key goes to whoever has it now', () => {
    const store = new ConfigStore(schemaOf);
    const reader = new Reader().take(committed(store, consumer('ann', 'a'), consumer('bob', 'b')));
    expect(reader.who('a')).toBe('ann');

    reader.take(committed(store, change('consumer', 'ann', null, 2), consumer('bob', 'a', 2)));

    expect([reader.who('a'), reader.who('b')]).toEqual(['bob', undefined]);
    reader.take(committed(store, change('consumer', 'bob', null, 3)));
    expect(reader.who('a')).toBeUndefined();
    expect(reader.consumers?.hasAny('keyed')).toBe(false);
  });
});

describe('memory', () => {
  const large = (revision: number) => ({ uri: '/', desc: 'x'.repeat(200_000), revision });

  test('does not grow with the number of changes, and what stays keeps what it says', () => {
    const store = new ConfigStore(schemaOf);
    const reader = new Reader();
    const steady = Array.from({ length: 50 }, (_, i) => consumer(`c${i}`, `key ${i}`));
    reader.take(committed(store, ...steady, change('route', 'steady', { uri: '/steady' })));

    for (let revision = 2; revision < 300; revision += 1)
      reader.take(committed(store, change('route', '1', large(revision), revision)));

    expect(store.attach().segments.length).toBeLessThan(4);
    expect(reader.who('key 49')).toBe('c49');
    expect(new Reader().take(store.attach()).who('key 7')).toBe('c7');
    expect(Buffer.from(store.get('route', 'steady')?.body ?? []).toString()).toBe('{"uri":"/steady"}');
  });

  test('tells readers to let go of what nobody needs any more', () => {
    const store = new ConfigStore(schemaOf);
    const known = new Set<number>();
    for (let revision = 1; revision < 200; revision += 1) {
      const step = committed(store, change('route', '1', large(revision), revision));
      for (const number of step.droppedSegments) known.delete(number);
      for (const { number } of step.segments) known.add(number);
    }
    expect(known.size).toBeLessThan(4);
  });

  test('takes a resource that is larger than a segment', () => {
    const store = new ConfigStore(schemaOf);
    const value = { uri: '/', desc: 'y'.repeat(5 * 1024 * 1024) };
    committed(store, change('route', 'huge', value), change('route', 'small', { uri: '/s' }));
    expect(JSON.parse(Buffer.from(store.get('route', 'huge')?.body ?? []).toString())).toEqual(value);
  });
});
