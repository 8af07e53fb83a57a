/** How many slots a cluster has. */
export const slotCount = 16_384;

/** The slot of a key: CRC-16 (XMODEM) of the part in braces, or of the whole key where there is none. */
export function slotOf(key: string): number {
  const bytes = Buffer.from(tagOf(key));
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (table[((crc >>> 8) ^ byte) & 0xff] ?? 0);
  return crc % slotCount;
}

function tagOf(key: string): string {
  const from = key.indexOf('{');
  const to = from < 0 ? -1 : key.indexOf('}', from + 1);
  return to > from + 1 ? key.slice(from + 1, to) : key;
}

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  return crc;
});
