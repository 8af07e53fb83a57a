import { JsonError } from './json-error.ts';

const numberLiteral = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const hexDigits = /^[0-9a-fA-F]{4}$/;
const escapes: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** What people paste into strings as it is, and APISIX takes: it means what its escape means. */
function isLineOrTab(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x09;
}

/** Reads the tokens of JSON text, and knows where it is in it. */
export class Scanner {
  readonly text: string;
  at = 0;
  /** The key whose value is being read, for messages. */
  key: string | undefined;
  /** Where keys stood that replaced an equal one; undefined where that is an error. */
  readonly repeated: string[] | undefined;

  constructor(text: string, repeated?: string[]) {
    this.text = text;
    this.repeated = repeated;
  }

  skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }

  /** Whether an object or array ends before its first member. */
  closes(close: number): boolean {
    this.skipSpace();
    if (this.text.charCodeAt(this.at) !== close) return false;
    this.at += 1;
    return true;
  }

  /** Whether a comma follows; if not, the closing mark must. */
  continues(close: number, expected: string): boolean {
    this.skipSpace();
    const code = this.text.charCodeAt(this.at);
    if (code !== 0x2c && code !== close) throw this.error(`expected ${expected}`);
    this.at += 1;
    return code === 0x2c;
  }

  word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.error('expected a JSON value');
    this.at += word.length;
    return value;
  }

  number(): string {
    numberLiteral.lastIndex = this.at;
    const literal = numberLiteral.exec(this.text)?.[0];
    if (literal === undefined) throw this.error('expected a JSON value');
    this.at += literal.length;
    return literal;
  }

  /** The string that begins here. Without escapes it is a slice of the text. */
  string(): string {
    let result = '';
    let start = (this.at += 1);
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22 || code === 0x5c) {
        result += this.text.slice(start, this.at);
        this.at += 1;
        if (code === 0x22) return result;
        result += this.escape();
        start = this.at;
      } else if (code >= 0x20 || isLineOrTab(code)) this.at += 1;
      else throw this.error(code === code ? 'a string contains a bare control character' : 'a string does not end');
    }
  }

  private escape(): string {
    const letter = this.text.charAt(this.at);
    const simple = escapes[letter];
    const hex = this.text.slice(this.at + 1, this.at + 5);
    if (simple === undefined && (letter !== 'u' || !hexDigits.test(hex)))
      throw this.error('unknown escape in a string');
    this.at += simple === undefined ? 5 : 1;
    return simple ?? String.fromCharCode(Number.parseInt(hex, 16));
  }

  error(message: string, at = this.at): JsonError {
    const where = this.key === undefined ? '' : ` (value of ${JSON.stringify(this.key)})`;
    const ended = at >= this.text.length ? ', but the text ends' : '';
    return new JsonError(`${message}${ended} at ${this.place(at)}${where}`);
  }

  /** Counted from 1, as editors do. */
  place(at: number): string {
    const before = this.text.slice(0, at);
    const column = at - before.lastIndexOf('\n');
    return `line ${before.split('\n').length}, column ${column}`;
  }
}
