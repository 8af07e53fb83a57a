import { splitTemplate } from './split-template.ts';
import { TemplateError } from './template-error.ts';

/** The smallest part of a template that means something. `text` is text to write, `open` and `close` enclose an expression. */
export interface Token {
  readonly kind: 'name' | 'keyword' | 'number' | 'string' | 'symbol' | 'text' | 'open' | 'close' | 'end';
  /** Spelling of names, keywords and symbols; what strings and texts say; `escaped` or `raw` for what opens. */
  readonly text: string;
  readonly line: number;
}

const keywords = new Set([
  ...'and break do else elseif end false for function goto if in local'.split(' '),
  ...'nil not or repeat return then true until while'.split(' '),
]);

const patterns: readonly (readonly [RegExp, Token['kind'] | 'space' | 'long'])[] = [
  [/[ \t\r\n]+|--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*/y, 'space'],
  [/[A-Za-z_]\w*/y, 'name'],
  [/0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y, 'number'],
  [/"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/y, 'string'],
  [/\[(=*)\[\n?[\s\S]*?\]\1\]/y, 'long'],
  [/\.\.\.|\.\.|==|~=|<=|>=|[-+*/%^#<>=(){}[\];:,.]/y, 'symbol'],
];

/** The tokens of a whole template, ending with one of the kind `end`. */
export function tokensOf(template: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const { kind, source, line: start } of splitTemplate(template)) {
    line = start;
    if (kind === 'text') tokens.push({ kind, text: source, line });
    else if (kind === 'code') tokens.push(...codeTokens(source, line));
    else
      tokens.push({ kind: 'open', text: kind, line }, ...codeTokens(source, line), { kind: 'close', text: '', line });
  }
  tokens.push({ kind: 'end', text: '', line });
  return tokens;
}

function codeTokens(source: string, firstLine: number): Token[] {
  const tokens: Token[] = [];
  let line = firstLine;
  for (let at = 0; at < source.length;) {
    const [text, kind] = nextToken(source, at, line);
    at += text.length;
    if (kind === 'string') tokens.push({ kind, text: unescaped(text.slice(1, -1), line), line });
    else if (kind === 'long') tokens.push({ kind: 'string', text: longText(text), line });
    else if (kind === 'name') tokens.push({ kind: keywords.has(text) ? 'keyword' : 'name', text, line });
    else if (kind !== 'space') tokens.push({ kind, text, line });
    line += text.split('\n').length - 1;
  }
  return tokens;
}

function nextToken(source: string, at: number, line: number): readonly [string, (typeof patterns)[number][1]] {
  for (const [pattern, kind] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return [text, kind];
  }
  throw new TemplateError(`line ${line}: unexpected ${JSON.stringify(source.charAt(at))}`);
}

function longText(text: string): string {
  const mark = text.indexOf('[', 1) + 1;
  const inner = text.slice(mark, -mark);
  return inner.startsWith('\n') ? inner.slice(1) : inner;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unescaped(text: string, line: number): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|\d{1,3}|[\s\S])/g, (_all, code: string) => {
    if (/^x../.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^\d/.test(code)) return String.fromCharCode(Number(code) & 0xff);
    if (/[A-Za-z]/.test(code) && escapes[code] === undefined)
      throw new TemplateError(`line ${line}: unknown escape \\${code} in a text`);
    return escapes[code] ?? code;
  });
}
