export { DnsDiscoverySchema, type DnsDiscoverySettings } from './dns/schema.ts';
