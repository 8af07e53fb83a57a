export { DnsDiscovery, type DnsDiscoveryOptions } from './dns/discovery.ts';
export type { DiscoveredNode, Discovery, OnNodes } from './discovery.ts';
