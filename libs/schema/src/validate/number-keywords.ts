import type { Keywords } from './compile.ts';
import type { Visit } from './run.ts';

/** A number as C prints it with `%.14g`, the form in which clients know it from messages. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const [digits = '0', power = '0'] = value.toExponential(13).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 14) return String(Number(value.toPrecision(14)));
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.replace(/\.?0+$/, '')}e${exponent < 0 ? '-' : '+'}${size}`;
}

type Holds = (value: number, limit: number) => boolean;

const bounds: readonly (readonly [keyword: string, words: string, holds: Holds])[] = [
  ['minimum', 'at least', (value, limit) => value >= limit],
  ['exclusiveMinimum', 'greater than', (value, limit) => value > limit],
  ['maximum', 'at most', (value, limit) => value <= limit],
  ['exclusiveMaximum', 'smaller than', (value, limit) => value < limit],
  ['multipleOf', 'a multiple of', isMultiple],
];

/** Bounds and `multipleOf`; they have nothing to say about other types. */
export const numberKeywords: Keywords = (schema) => {
  const visits: Visit[] = [];
  for (const [keyword, words, holds] of bounds) {
    const limit = schema[keyword];
    if (typeof limit === 'number') visits.push(bound(limit, `to be ${words} ${numberText(limit)}`, holds));
  }
  return visits;
};

function bound(limit: number, words: string, holds: Holds): Visit {
  return (value, run) => {
    if (typeof value === 'number' && !holds(value, limit)) run.fail(`expected ${numberText(value)} ${words}`);
    return value;
  };
}

/** Division tells for numbers such as 0.3 and 0.1, where the remainder is off by a rounding error. */
function isMultiple(value: number, factor: number): boolean {
  const quotient = value / factor;
  return Number.isInteger(quotient) || value % factor === 0;
}
