import type { IncomingHttpHeaders } from 'node:http';
import { FieldTable } from './field-table.ts';

/** What the gateway itself needs to know of a request's fields, found in one pass. */
export interface HeaderScan {
  host: string | undefined;
  hostCount: number;
  connection: string | undefined;
  te: string | undefined;
  realIp: string | undefined;
  forwardedFor: string | undefined;
  /** Another field that says how the client reached a proxy in front. */
  hasForwarded: boolean;
  /** -1 where none was given. */
  contentLength: number;
  isChunked: boolean;
  /** A transfer coding that the gateway would have to undo, or one that is not alone. */
  hasOtherCoding: boolean;
  /** A field of a name that only the gateway may set. */
  hasIdentity: boolean;
  /** Sum of all names and values, with their colons and line ends. */
  bytes: number;
  /** What Node's server reads from `headers`, under Node's names; what was not sent must not be a key. */
  readonly forNode: IncomingHttpHeaders;
}

/** Reads `rawHeaders` once. */
export function scanHeaders(raw: readonly string[]): HeaderScan {
  const scan: HeaderScan = {
    host: undefined,
    hostCount: 0,
    connection: undefined,
    te: undefined,
    realIp: undefined,
    forwardedFor: undefined,
    hasForwarded: false,
    contentLength: -1,
    isChunked: false,
    hasOtherCoding: false,
    hasIdentity: false,
    bytes: 2,
    forNode: {},
  };
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    scan.bytes += name.length + value.length + 4;
    const note = notes.find(name);
    if (note !== undefined) note(scan, value);
    else if (name.length > 17) scan.hasIdentity ||= isIdentityName(name);
  }
  return scan;
}

/** Notes the value of a field of a request. */
type Note = (scan: HeaderScan, value: string) => void;

const noteForwarded: Note = (scan) => (scan.hasForwarded = true);

const notes = new FieldTable<Note>({
  te: (scan, value) => (scan.te = value),
  host: (scan, value) => {
    scan.host = value;
    scan.hostCount += 1;
  },
  expect: (scan, value) => (scan.forNode.expect = value),
  'x-real-ip': (scan, value) => (scan.realIp = value),
  connection: (scan, value) => (scan.connection = joined(scan.connection, value)),
  'x-forwarded-for': (scan, value) => (scan.forwardedFor = joined(scan.forwardedFor, value)),
  forwarded: noteForwarded,
  'x-forwarded-host': noteForwarded,
  'x-forwarded-port': noteForwarded,
  'x-forwarded-proto': noteForwarded,
  'content-length': (scan, value) => {
    scan.contentLength = Number(value);
    scan.forNode['content-length'] = value;
  },
  'transfer-encoding': (scan, value) => {
    scan.hasOtherCoding ||= scan.isChunked || value.toLowerCase() !== 'chunked';
    scan.isChunked = true;
    scan.forNode['transfer-encoding'] = value;
  },
});

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

/**
 * Whether a field says who the consumer is: upstreams trust these, so no client may send them. Many servers read an
 * underscore as a hyphen.
 */
export function isIdentityName(name: string): boolean {
  const code = name.charCodeAt(0) | 32;
  return code === 120 && /^x[-_](consumer[-_]|credential[-_]identifier$)/i.test(name);
}
