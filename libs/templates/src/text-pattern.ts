import { compilePattern, PatternError } from '@sluice/expr';
import { TemplateError } from './template-error.ts';

const classes: Readonly<Record<string, string>> = {
  a: 'A-Za-z',
  c: '\\x00-\\x1f\\x7f',
  d: '0-9',
  l: 'a-z',
  p: '!-\\/:-@\\[-`{-~',
  s: '\\t-\\r ',
  u: 'A-Z',
  w: 'A-Za-z0-9',
  x: 'A-Fa-f0-9',
};

/** Patterns are few and stand in templates; more than these come out of bodies. */
const keptMax = 200;
const kept = new Map<string, RegExp>();

/**
 * A pattern of Lua as an expression that is found in linear time; it is global, set `lastIndex` first. What such an expression
 * cannot say (`%b`, `%f`, references to captures) is refused with a `TemplateError`.
 */
export function textPattern(pattern: string): RegExp {
  const known = kept.get(pattern);
  if (known) return known;
  const compiled = compiledOf(pattern);
  const [oldest] = kept.keys();
  if (kept.size >= keptMax && oldest !== undefined) kept.delete(oldest);
  kept.set(pattern, compiled);
  return compiled;
}

function compiledOf(pattern: string): RegExp {
  try {
    return compilePattern(new Translation(pattern).text(), 'g');
  } catch (error) {
    if (error instanceof PatternError) throw refused(pattern, 'it is not well formed');
    throw error;
  }
}

function refused(pattern: string, why: string): TemplateError {
  return new TemplateError(`the pattern ${JSON.stringify(pattern.slice(0, 100))} cannot be used: ${why}`);
}

class Translation {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  text(): string {
    let text = '';
    if (this.#pattern.startsWith('^')) {
      text = '^';
      this.#at = 1;
    }
    while (this.#at < this.#pattern.length) text += this.#piece();
    return text;
  }

  #piece(): string {
    const char = this.#pattern.charAt(this.#at);
    if (char === '(' || char === ')') return this.#capture(char);
    if (char === '$' && this.#at === this.#pattern.length - 1) {
      this.#at += 1;
      return '$';
    }
    return this.#single() + this.#repetition();
  }

  #capture(char: string): string {
    this.#at += 1;
    if (char === '(') {
      if (this.#pattern.charAt(this.#at) === ')') throw this.#refused('it asks for a position');
    }
    return char;
  }

  /** One character, or one of a class. */
  #single(): string {
    const char = this.#pattern.charAt(this.#at);
    this.#at += 1;
    if (char === '%') return this.#escape((inner, isNegated) => `[${isNegated ? '^' : ''}${inner}]`);
    if (char === '[') return this.#set();
    return char === '.' ? '[\\s\\S]' : escaped(char);
  }

  #escape(asClass: (inner: string, isNegated: boolean) => string): string {
    const letter = this.#pattern.charAt(this.#at);
    this.#at += 1;
    const inner = classes[letter.toLowerCase()];
    if (inner !== undefined) return asClass(inner, letter !== letter.toLowerCase());
    if (letter === '' || /[a-zA-Z0-9]/.test(letter)) throw this.#refused(`%${letter} is not available`);
    return escaped(letter);
  }

  #set(): string {
    const start = this.#at;
    let text = '[';
    if (this.#pattern.charAt(this.#at) === '^') {
      text += '^';
      this.#at += 1;
    }
    const first = this.#at;
    for (;;) {
      const char = this.#pattern.charAt(this.#at);
      if (char === '') throw this.#refused(`the set at ${start} does not end`);
      this.#at += 1;
      // Directly behind the bracket, a closing one is a character.
      if (char === ']' && this.#at - 1 > first) return `${text}]`;
      text += char === '%' ? this.#escape((inner, isNegated) => this.#inSet(inner, isNegated)) : setText(char);
    }
  }

  #inSet(inner: string, isNegated: boolean): string {
    if (isNegated) throw this.#refused('a class that is negated stands in a set');
    return inner;
  }

  #repetition(): string {
    const char = this.#pattern.charAt(this.#at);
    if (char === '' || !'*+-?'.includes(char)) return '';
    this.#at += 1;
    return char === '-' ? '*?' : char;
  }

  #refused(why: string): TemplateError {
    return refused(this.#pattern, why);
  }
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}

/** A hyphen between two characters is a range in both languages. */
function setText(char: string): string {
  return /[\\^[\]]/.test(char) ? `\\${char}` : char;
}
