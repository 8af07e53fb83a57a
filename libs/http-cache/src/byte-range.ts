/** A part of a body, the end excluded. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const single = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * The part that a `Range` asks for of a body of `length` bytes. `unsatisfiable` where the body has nothing there; undefined
 * where the field is not understood, or asks for several parts: then the whole is the answer (RFC 9110, section 14.2).
 */
export function parseRange(range: string, length: number): ByteRange | 'unsatisfiable' | undefined {
  const match = single.exec(range);
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  if (first === '') return suffix(Number(last), length);
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= length) return 'unsatisfiable';
  return { start, end: last === '' ? length : Math.min(Number(last) + 1, length) };
}

function suffix(bytes: number, length: number): ByteRange | 'unsatisfiable' {
  return bytes === 0 || length === 0 ? 'unsatisfiable' : { start: Math.max(0, length - bytes), end: length };
}
