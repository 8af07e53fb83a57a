import { isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import type { Conversion } from '../convert/conversion.ts';
import type { OpenApiOptions } from './convert-openapi.ts';

/** Where the operations of a document are served. */
export interface Servers {
  /** Undefined where no server has an address. */
  readonly upstream: JsonObject | undefined;
  /** Path in front of all paths at the server; empty where there is none. */
  readonly basePath: string;
}

interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

interface Server {
  readonly address: Address | undefined;
  readonly path: string;
}

/** Reads the servers of a document: those that are like the first become nodes of one upstream. */
export function readServers(
  source: JsonValue | undefined,
  { server }: OpenApiOptions,
  conversion: Conversion,
): Servers {
  const named = readNamed(source, conversion);
  if (server !== undefined) return givenServer(server, named[0]?.path ?? '', conversion);
  const first = named.find(({ address }) => address !== undefined);
  if (!first) return { upstream: undefined, basePath: named[0]?.path ?? '' };
  const alike = named.filter((one) => isAlike(one, first));
  for (const one of named.filter((other) => !alike.includes(other)))
    conversion.dropped(one.place, 'a server of another scheme or path than the first one would be another upstream');
  return { upstream: upstreamOf(alike.flatMap(({ address }) => address ?? [])), basePath: first.path };
}

function readNamed(source: JsonValue | undefined, conversion: Conversion): (Server & { readonly place: string })[] {
  const list: JsonValue[] = Array.isArray(source) ? (source as JsonValue[]) : [];
  return list.flatMap((one, i) => {
    const read = isJsonObject(one) ? readServer(filled(one as JsonObject)) : undefined;
    if (!read) conversion.dropped(`/servers/${i}`, 'the server has no address that can be read');
    return read ? [{ ...read, place: `/servers/${i}` }] : [];
  });
}

/** The server that was asked for takes the place of those that the document names, except for their path. */
function givenServer(server: string, namedPath: string, conversion: Conversion): Servers {
  const given = readServer(server);
  if (!given) conversion.dropped('', `the server ${server} is no address`);
  const basePath = given && given.path !== '' ? given.path : namedPath;
  return { upstream: given?.address && upstreamOf([given.address]), basePath };
}

function isAlike(server: Server, first: Server): boolean {
  return server.address !== undefined && server.address.scheme === first.address?.scheme && server.path === first.path;
}

function upstreamOf(addresses: readonly Address[]): JsonObject {
  const nodes = addresses.map(({ host, port }) => ({ host, port, weight: 1 }));
  return { type: 'roundrobin', scheme: addresses[0]?.scheme ?? 'http', nodes, pass_host: 'node' };
}

/** An address, or only a path. */
function readServer(url: string): Server | undefined {
  if (url.startsWith('/') && !url.startsWith('//')) return { address: undefined, path: trimmed(url) };
  const text = /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`;
  if (url === '' || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(text);
  const scheme = protocol.slice(0, -1);
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  const usual = scheme === 'https' ? 443 : 80;
  const host = hostname.replace(/^\[|\]$/g, '');
  return { address: { scheme, host, port: port === '' ? usual : Number(port) }, path: trimmed(pathname) };
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}

/** The URL of a server with its variables at their defaults. */
function filled({ url, variables }: JsonObject): string {
  const defaults = isJsonObject(variables) ? variables : {};
  return String(url ?? '').replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = defaults[name];
    return isJsonObject(variable) ? String(variable['default'] ?? '') : '';
  });
}
