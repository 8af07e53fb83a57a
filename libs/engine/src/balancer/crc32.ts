const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32 (ISO 3309) of the UTF-8 form of a text, as an unsigned number. Allocates nothing. */
export function crc32Text(text: string): number {
  let rest = 0xffffffff;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) rest = step(rest, unit);
    else {
      const point = text.codePointAt(i) ?? unit;
      if (point > 0xffff) i += 1;
      rest = wide(rest, point);
    }
  }
  return (rest ^ 0xffffffff) >>> 0;
}

/** Goes on from `crc` with the four bytes of a number, the lowest first. */
export function crc32Word(crc: number, word: number): number {
  let rest = crc ^ 0xffffffff;
  for (let shift = 0; shift < 32; shift += 8) rest = step(rest, (word >>> shift) & 0xff);
  return (rest ^ 0xffffffff) >>> 0;
}

function step(rest: number, byte: number): number {
  return (rest >>> 8) ^ (table[(rest ^ byte) & 0xff] as number);
}

/** The bytes of a character beyond ASCII. */
function wide(before: number, point: number): number {
  let rest = before;
  if (point < 0x800) rest = step(rest, 0xc0 | (point >> 6));
  else if (point < 0x10000) {
    rest = step(rest, 0xe0 | (point >> 12));
    rest = step(rest, 0x80 | ((point >> 6) & 0x3f));
  } else {
    rest = step(rest, 0xf0 | (point >> 18));
    rest = step(rest, 0x80 | ((point >> 12) & 0x3f));
    rest = step(rest, 0x80 | ((point >> 6) & 0x3f));
  }
  return step(rest, 0x80 | (point & 0x3f));
}
