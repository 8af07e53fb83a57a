import { promises as dns } from 'node:dns';
import { HostsFile } from './hosts-file.ts';
import type { FoundAddresses, Lookup } from './resolver.ts';
import { candidates, readSearchList } from './search-list.ts';

/** Whom names of upstreams are asked for, and for how long an answer holds. */
export interface DnsSettings {
  /** `address` or `address:port` of name servers; those of the machine without any. */
  readonly servers?: readonly string[] | undefined;
  /** Seconds that every answer holds; what the name server says without it. */
  readonly validSeconds?: number | undefined;
  /** Seconds until a name server that says nothing is given up. */
  readonly timeoutSeconds?: number | undefined;
  /** Whether the search list of the machine completes short names. */
  readonly usesSearchList?: boolean | undefined;
  readonly hostsPath?: string | undefined;
  readonly resolvConfPath?: string | undefined;
}

const timeoutSecondsDefault = 5;
const tries = 2;
/** `/etc/hosts` and the platform's resolver tell no time for which an answer holds. */
const untimedMs = 10_000;
/** How long the machine's list of name servers is taken for unchanged. */
const serversFreshMs = 30_000;

const nothing: FoundAddresses = { addresses: [], validMs: 0 };

/** What the answers of a name server that know no such name are called. */
const unknownCodes: ReadonlySet<unknown> = new Set([dns.NOTFOUND, dns.NODATA]);

/** Finds names in `/etc/hosts`, then by DNS, A before AAAA; without configured name servers then as the platform does. */
export function nameLookup(settings: DnsSettings = {}): Lookup {
  const { servers = [], validSeconds, usesSearchList = true, hostsPath } = settings;
  const hosts = new HostsFile(hostsPath);
  const client = dnsClient(settings);
  const byDns = async (host: string): Promise<FoundAddresses> => {
    const search = usesSearchList && !host.endsWith('.') ? await searchListOf(settings) : undefined;
    for (const name of search ? candidates(host, search) : [host.replace(/\.$/, '')]) {
      const found = await ask(client(), name);
      if (found.addresses.length > 0) return { ...found, validMs: validSeconds ? validSeconds * 1000 : found.validMs };
    }
    return nothing;
  };
  return async (host) => {
    const known = await hosts.find(host);
    if (known.length > 0) return { addresses: preferred(known), validMs: untimedMs };
    if (servers.length > 0) return byDns(host);
    const found = await byDns(host).catch(unlessTimedOut);
    return found.addresses.length > 0 ? found : platformLookup(host);
  };
}

function searchListOf({ resolvConfPath = '/etc/resolv.conf' }: DnsSettings) {
  return readSearchList(resolvConfPath);
}

/** A client of the configured name servers; of the machine's, made anew now and then, since they can change. */
function dnsClient({ servers = [], timeoutSeconds = timeoutSecondsDefault }: DnsSettings): () => dns.Resolver {
  const make = (): dns.Resolver => new dns.Resolver({ timeout: (timeoutSeconds * 1000) / tries, tries });
  let client = make();
  let madeAt = performance.now();
  if (servers.length > 0) {
    client.setServers(servers);
    return () => client;
  }
  return () => {
    if (performance.now() - madeAt < serversFreshMs) return client;
    madeAt = performance.now();
    return (client = make());
  };
}

/** IPv6 only for names that have nothing else, as the reference does. */
async function ask(client: dns.Resolver, name: string): Promise<FoundAddresses> {
  const found = await unlessUnknown(client.resolve4(name, { ttl: true }));
  const records = found.length > 0 ? found : await unlessUnknown(client.resolve6(name, { ttl: true }));
  const seconds = records.reduce((least, { ttl }) => Math.min(least, ttl), Number.POSITIVE_INFINITY);
  return { addresses: records.map(({ address }) => address), validMs: seconds * 1000 };
}

/** That a name is not there is an answer; that nobody answered is a failure. */
async function unlessUnknown<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && unknownCodes.has(error.code)) return [];
    throw error;
  }
}

/** The platform would wait for the same servers again, and keep a thread waiting meanwhile. */
function unlessTimedOut(error: unknown): FoundAddresses {
  if (error instanceof Error && 'code' in error && error.code === dns.TIMEOUT) throw error;
  return nothing;
}

async function platformLookup(host: string): Promise<FoundAddresses> {
  const found = await dns.lookup(host, { all: true });
  return { addresses: preferred(found.map(({ address }) => address)), validMs: untimedMs };
}

/** IPv4 where there is any: `localhost` has both kinds nearly everywhere, and most servers listen on one. */
function preferred(addresses: readonly string[]): readonly string[] {
  const ipv4 = addresses.filter((address) => !address.includes(':'));
  return ipv4.length > 0 ? ipv4 : addresses;
}
