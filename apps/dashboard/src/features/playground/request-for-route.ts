import type { JsonRecord } from '../../api/types.ts';
import { readRequestSearch, type RequestSearch } from './request-search.ts';

/** A request that a route is meant for, as far as its path, host, method and client address say. */
export function requestFor(route: JsonRecord): RequestSearch {
  const method = firstOf(route, 'methods');
  const host = firstOf(route, 'host', 'hosts');
  return readRequestSearch({
    method: method === 'GET' ? undefined : method,
    // A wildcard stands for a name that nobody knows; any will do.
    host: host?.replace(/^\*\.?/, 'www.'),
    path: firstOf(route, 'uri', 'uris')
      ?.replace(/\*$/, '')
      .replaceAll(/\/:(\w+)/g, '/$1'),
    client_ip: firstOf(route, 'remote_addr', 'remote_addrs')?.replace(/\/\d+$/, ''),
  });
}

function firstOf(value: JsonRecord, ...fields: readonly string[]): string | undefined {
  const [first] = fields.flatMap((field) => value[field] ?? []);
  return typeof first === 'string' ? first : undefined;
}
