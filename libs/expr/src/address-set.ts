import { isIP } from 'node:net';

/** Whether an address is in the set. Text that is no address is in no set. */
export type AddressSet = (address: string) => boolean;

/** One block: addresses whose bits under `mask` equal `base`. */
interface Block {
  readonly base: bigint;
  readonly mask: bigint;
}

/** Sorted, disjoint ranges of IPv4 addresses as unsigned 32-bit numbers. */
interface Ranges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const allOnes = (1n << 128n) - 1n;
const mappedPrefix = 0xffffn << 32n;

/** Compiles addresses and CIDR blocks, IPv4 and IPv6 mixed. Throws on what is neither. */
export function addressSet(entries: readonly string[]): AddressSet {
  const v4: [start: number, end: number][] = [];
  const v6: Block[] = [];
  for (const entry of entries) {
    const block = parseBlock(entry);
    if (!block) throw new Error(`invalid ip address: ${entry}`);
    if (typeof block.base === 'number') v4.push([block.base, block.base + 2 ** (32 - block.bits) - 1]);
    else v6.push({ base: block.base, mask: maskOf(block.bits) });
  }
  const ranges = merged(v4);
  return (address) => {
    const parsed = parseAddress(address);
    if (typeof parsed === 'number') return isWithin(ranges, parsed);
    return parsed !== undefined && v6.some(({ base, mask }) => (parsed & mask) === base);
  };
}

/** Whether a text is an address or a CIDR block. */
export function isAddressRange(text: string): boolean {
  return parseBlock(text) !== undefined;
}

/** An IPv4 address as a number (also when written as IPv4-mapped IPv6), an IPv6 address as a bigint. */
export function parseAddress(text: string): number | bigint | undefined {
  const version = isIP(text);
  if (version === 4) return parseV4(text);
  if (version === 0) return undefined;
  const value = parseV6(text);
  return value >> 32n === mappedPrefix >> 32n ? Number(value & 0xffff_ffffn) : value;
}

function parseBlock(entry: string): { base: number; bits: number } | { base: bigint; bits: number } | undefined {
  const slash = entry.indexOf('/');
  const base = parseAddress(slash < 0 ? entry : entry.slice(0, slash));
  if (base === undefined) return undefined;
  const width = typeof base === 'number' ? 32 : 128;
  const suffix = slash < 0 ? String(width) : entry.slice(slash + 1);
  const bits = /^\d{1,3}$/.test(suffix) ? Number(suffix) : -1;
  if (bits < 0 || bits > width) return undefined;
  if (typeof base === 'bigint') return { base: base & maskOf(bits), bits };
  const size = 2 ** (32 - bits);
  return { base: Math.floor(base / size) * size, bits };
}

function maskOf(bits: number): bigint {
  return allOnes ^ (allOnes >> BigInt(bits));
}

function parseV4(text: string): number {
  let value = 0;
  let octet = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      value = value * 256 + octet;
      octet = 0;
    } else octet = octet * 10 + code - 48;
  }
  return value * 256 + octet;
}

function parseV6(text: string): bigint {
  const zone = text.indexOf('%');
  const [head = '', tail] = (zone < 0 ? text : text.slice(0, zone)).split('::');
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const middle = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => 0);
  return [...left, ...middle, ...right].reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const value = parseV4(group);
    return [Math.floor(value / 65536), value % 65536];
  });
}

function merged(blocks: [start: number, end: number][]): Ranges {
  const sorted = blocks.toSorted((a, b) => a[0] - b[0]);
  const ranges: [start: number, end: number][] = [];
  for (const [start, end] of sorted) {
    const last = ranges.at(-1);
    if (last && start <= last[1] + 1) last[1] = Math.max(last[1], end);
    else ranges.push([start, end]);
  }
  return { starts: Uint32Array.from(ranges, ([start]) => start), ends: Uint32Array.from(ranges, ([, end]) => end) };
}

/** Binary search for the last range that begins at or before the address. */
function isWithin({ starts, ends }: Ranges, address: number): boolean {
  let low = 0;
  let high = starts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= address) low = middle + 1;
    else high = middle - 1;
  }
  return high >= 0 && address <= (ends[high] ?? 0);
}
