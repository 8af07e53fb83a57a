/** Up to here V8's linear engine takes a counted repetition as it is. */
const repeatMax = 16;
/** A larger count would make a pattern of absurd size. */
const expandedMax = 1_024;

/** The part of a pattern that a quantifier would repeat. */
interface Atom {
  readonly start: number;
  /** A single character or class: it may be written several times without changing what groups capture. */
  readonly isSimple: boolean;
}

/**
 * Rewrites a pattern so that V8's linear engine can finish it: letters without case become classes, since that engine
 * knows no case, and counts beyond its bound become several smaller ones. The pattern matches what it matched before.
 */
export function linearForm(source: string, ignoresCase: boolean): string {
  const groups: number[] = [];
  let out = '';
  let atom: Atom | null = null;
  for (let i = 0; i < source.length;) {
    const [token, kind] = nextToken(source, i);
    i += token.length;
    if (kind === 'count') {
      out = repeated(out, atom, token);
      continue;
    }
    if (kind === 'open') groups.push(out.length);
    const start: number = kind === 'close' ? (groups.pop() ?? 0) : out.length;
    out += ignoresCase ? withBothCases(token, kind) : token;
    if (kind !== 'open' && kind !== 'operator') atom = { start, isSimple: kind !== 'close' };
  }
  return out;
}

type TokenKind = 'escape' | 'class' | 'open' | 'close' | 'count' | 'operator' | 'character';

const tokens: readonly (readonly [RegExp, TokenKind])[] = [
  [/\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[a-zA-Z]|[\s\S])/y, 'escape'],
  [/\[(?:\\[\s\S]|[^\]\\])*\]/y, 'class'],
  [/\((?:\?(?::|<[A-Za-z_]\w*>))?/y, 'open'],
  [/\)/y, 'close'],
  [/\{\d+(?:,\d*)?\}\??/y, 'count'],
  [/[*+?|^$]/y, 'operator'],
];

function nextToken(source: string, at: number): readonly [text: string, kind: TokenKind] {
  for (const [pattern, kind] of tokens) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return [text, kind];
  }
  return [source.charAt(at), 'character'];
}

function withBothCases(token: string, kind: TokenKind): string {
  if (kind === 'character') return /[a-z]/i.test(token) ? `[${token.toLowerCase()}${token.toUpperCase()}]` : token;
  if (kind !== 'class') return token;
  const inner = token.slice(0, -1);
  const letters = inner.replace(/\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, '');
  const added = [...letters.matchAll(/([a-z])-([a-z])|([A-Z])-([A-Z])|[a-zA-Z]/g)].map(([found]) => swapped(found));
  return `${inner}${added.join('')}]`;
}

function swapped(letters: string): string {
  return letters === letters.toLowerCase() ? letters.toUpperCase() : letters.toLowerCase();
}

/** Repeats what ends the text. What cannot be written out stays as it is, for the engine to refuse. */
function repeated(out: string, atom: Atom | null, count: string): string {
  const { least, most } = boundsOf(count);
  const isWithin = (bound: number) => least <= bound && (most <= bound || most === Infinity);
  if (isWithin(repeatMax) || !isWithin(expandedMax) || !atom?.isSimple) return out + count;
  const piece = out.slice(atom.start);
  const lazy = count.endsWith('?') ? '?' : '';
  const optional = most === Infinity ? `${piece}*${lazy}` : chunks(piece, most - least, (n) => `{0,${n}}${lazy}`);
  return out.slice(0, atom.start) + chunks(piece, least, (n) => `{${n}}`) + optional;
}

function boundsOf(count: string): { readonly least: number; readonly most: number } {
  const [, low = '0', comma, high = ''] = /\{(\d+)(,)?(\d*)\}/.exec(count) ?? [];
  const least = Number(low);
  if (comma === undefined) return { least, most: least };
  return { least, most: high === '' ? Infinity : Number(high) };
}

function chunks(piece: string, total: number, quantifier: (count: number) => string): string {
  const whole = Math.floor(total / repeatMax);
  const rest = total % repeatMax;
  return `${piece}${quantifier(repeatMax)}`.repeat(whole) + (rest > 0 ? `${piece}${quantifier(rest)}` : '');
}
