import { isIP } from 'node:net';
import type { Endpoints } from '../http/peer.ts';

/** What a PROXY header told: the length of the header, and the connection that the proxy in front has accepted. */
export interface ProxyHeader {
  readonly length: number;
  /** Null: the proxy speaks for itself, such as for a health check. */
  readonly ends: Endpoints | null;
}

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const textStart = Buffer.from('PROXY ');
const textBytesMax = 107;
const binaryHeader = 16;

/** A header with more than this of addresses and additions is refused. */
const binaryBytesMax = 4096;

/** Reads a PROXY header, version 1 or 2. Null: there is none, or a broken one. Undefined: it goes on in later bytes. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | null | undefined {
  if (startsLike(bytes, signature)) return bytes.length < binaryHeader ? undefined : parseBinary(bytes);
  return startsLike(bytes, textStart) ? parseText(bytes) : null;
}

function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

const families: Readonly<Record<string, number | undefined>> = { TCP4: 4, TCP6: 6 };

function parseText(bytes: Buffer): ProxyHeader | null | undefined {
  const end = bytes.indexOf('\r\n');
  if (end < 0) return bytes.length < textBytesMax ? undefined : null;
  if (end + 2 > textBytesMax) return null;
  const words = bytes.toString('latin1', 0, end).split(' ');
  if (words[1] === 'UNKNOWN') return { length: end + 2, ends: null };
  const ends = textEnds(words);
  return ends && { length: end + 2, ends };
}

function textEnds(words: readonly string[]): Endpoints | null {
  const [, family = '', from = '', to = '', fromPort = '', toPort = ''] = words;
  const version = families[family];
  const isSound = version !== undefined && words.length === 6 && isIP(from) === version && isIP(to) === version;
  if (!isSound || !isPort(fromPort) || !isPort(toPort)) return null;
  return endsOf(from, Number(fromPort), to, Number(toPort));
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

function parseBinary(bytes: Buffer): ProxyHeader | null | undefined {
  const version = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const length = binaryHeader + bytes.readUInt16BE(14);
  if (version >> 4 !== 2 || (version & 15) > 1 || length > binaryBytesMax) return null;
  if (bytes.length < length) return undefined;
  if ((version & 15) === 0) return { length, ends: null };
  const content = bytes.subarray(binaryHeader, length);
  if (family === 0x11 && content.length >= 12) return { length, ends: binaryEnds(content, 4) };
  if (family === 0x21 && content.length >= 36) return { length, ends: binaryEnds(content, 16) };
  // Addresses of another family, such as of a local socket, say nothing about a client.
  return family === 0x11 || family === 0x21 ? null : { length, ends: null };
}

function binaryEnds(content: Buffer, size: 4 | 16): Endpoints {
  const address = (at: number): string => addressOf(content.subarray(at, at + size));
  return endsOf(address(0), content.readUInt16BE(size * 2), address(size), content.readUInt16BE(size * 2 + 2));
}

function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  // The form that Node and everybody else writes.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function endsOf(remoteAddress: string, remotePort: number, localAddress: string, localPort: number): Endpoints {
  return { remoteAddress, remotePort, localAddress, localPort };
}
