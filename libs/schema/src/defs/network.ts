import Type from 'typebox';
import { choice } from './choice.ts';

/** Pattern of a host: a name, an address, or either behind a leading wildcard. */
export const hostPattern = '^\\*$|^\\*?[0-9a-zA-Z-._\\[\\]:]+$';

const octet = '([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])';

/** A host name or address; a leading `*` stands for any prefix. */
export const Host = Type.String({
  pattern: hostPattern,
  title: 'Host',
  description: 'Host name or address. A leading `*` matches any prefix.',
});

/** An IPv4 or IPv6 address, alone or as a block with its prefix length. */
export const Cidr = Type.Unsafe<string>({
  type: 'string',
  anyOf: [
    { type: 'string', format: 'ipv4' },
    { type: 'string', pattern: `^${octet}\\.${octet}\\.${octet}\\.${octet}/([12]?[0-9]|3[0-2])$` },
    { type: 'string', format: 'ipv6' },
    { type: 'string', pattern: '^([a-fA-F0-9]{0,4}:){1,8}(:[a-fA-F0-9]{0,4}){0,8}([a-fA-F0-9]{0,4})?/[0-9]{1,3}$' },
  ],
  title: 'Address or block',
  description: 'An IPv4 or IPv6 address, or a block such as `10.0.0.0/8`.',
});

/** The request methods that a route can ask for. */
export const httpMethods = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PURGE',
] as const;

/** A request method. */
export const HttpMethod = choice(httpMethods, { title: 'Method', description: 'Request method.' });

/** Hosts that a request may be for. */
export const Hosts = Type.Array(Host, {
  minItems: 1,
  uniqueItems: true,
  title: 'Hosts',
  description: 'Requests for any of these hosts match.',
});

/** Whether requests may become WebSocket connections. */
export const EnableWebsocket = Type.Boolean({
  title: 'WebSocket',
  description: 'Let requests upgrade to WebSocket connections.',
});

const seconds = (title: string, description: string) => Type.Number({ exclusiveMinimum: 0, title, description });

/** How long the upstream may take, all three parts at once. */
export const Timeout = Type.Object(
  {
    connect: seconds('Connect', 'Seconds until a connection to the upstream must stand.'),
    send: seconds('Send', 'Seconds that may pass between two writes to the upstream.'),
    read: seconds('Read', 'Seconds that may pass between two reads from the upstream.'),
  },
  { title: 'Timeouts', description: 'How long the upstream may take to accept, receive and answer.' },
);
