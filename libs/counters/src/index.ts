export { NodeCounters, type NodeCountersOptions } from './node-counters.ts';
