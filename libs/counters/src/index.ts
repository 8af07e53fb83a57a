export { NodeCounters, type NodeCountersOptions } from './node-counters.ts';
export { type ConcurrencyTableSize, NodeConcurrency } from './node-concurrency.ts';
export { type KeyHash, seededHash } from './seeded-hash.ts';
export { NodeStore, type NodeStoreOptions } from './node-store.ts';
