export { NodeCounters, type NodeCountersOptions } from './node-counters.ts';
export { type ConcurrencyTableSize, NodeConcurrency } from './node-concurrency.ts';
export { type KeyHash, seededHash } from './seeded-hash.ts';
export { NodeStore, type NodeStoreOptions } from './node-store.ts';
export { type ConcurrencyEntry, RedisConcurrency } from './redis-concurrency.ts';
export { RedisCounters, type SharedWindow, type WindowKind } from './redis-counters.ts';
