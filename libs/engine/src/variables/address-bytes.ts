import { parseAddress } from '@sluice/expr';

/** An address as four or sixteen characters, each standing for a byte; undefined where it is none. */
export function addressBytes(address: string): string | undefined {
  const value = parseAddress(address);
  if (value === undefined) return undefined;
  const hex = typeof value === 'number' ? value.toString(16).padStart(8, '0') : value.toString(16).padStart(32, '0');
  return Buffer.from(hex, 'hex').toString('latin1');
}
