import { TemplateError } from './template-error.ts';

/** A piece of a template: text as it is, an expression to write (escaped or raw), or code. */
export interface TemplatePart {
  readonly kind: 'text' | 'escaped' | 'raw' | 'code';
  readonly source: string;
  /** Line on which it begins, from 1. */
  readonly line: number;
}

interface Mark {
  readonly close: string;
  readonly kind: 'escaped' | 'raw' | 'code' | 'comment' | 'verbatim' | 'refused';
}

/** By the character after the brace. */
const marks: ReadonlyMap<string, Mark> = new Map([
  ['{', { close: '}}', kind: 'escaped' }],
  ['*', { close: '*}', kind: 'raw' }],
  ['%', { close: '%}', kind: 'code' }],
  ['#', { close: '#}', kind: 'comment' }],
  ['-', { close: '-}', kind: 'verbatim' }],
  ['(', { close: ')}', kind: 'refused' }],
  ['[', { close: ']}', kind: 'refused' }],
]);

/** Takes a template apart. A mark that is never closed is text, and so is one behind a backslash. */
export function splitTemplate(template: string): TemplatePart[] {
  const splitter = new Splitter(template);
  splitter.run();
  return splitter.parts;
}

class Splitter {
  readonly parts: TemplatePart[] = [];
  readonly #template: string;
  /** Where the text begins that is not in a part yet. */
  #start = 0;
  #line = 1;
  #countedTo = 0;

  constructor(template: string) {
    this.#template = template;
  }

  run(): void {
    const template = this.#template;
    for (let at = template.indexOf('{'); at >= 0; at = template.indexOf('{', at + 1)) {
      const mark = marks.get(template.charAt(at + 1));
      const end = mark ? template.indexOf(mark.close, at + 2) : -1;
      if (!mark || end < 0) continue;
      const isTaken = this.#unescaped(at) && this.#take(mark, at, end);
      if (isTaken) at = this.#start - 1;
    }
    this.#addText(template.length);
  }

  /** A backslash before a mark takes its meaning away; two of them are one that is text. */
  #unescaped(at: number): boolean {
    if (at === 0 || this.#template.charAt(at - 1) !== '\\') return true;
    this.#addText(at - 1);
    this.#start = at;
    return this.#template.charAt(at - 2) === '\\';
  }

  /** False where the mark is text after all. */
  #take({ kind, close }: Mark, at: number, end: number): boolean {
    const inner = this.#template.slice(at + 2, end);
    const next = end + close.length;
    if (kind === 'verbatim') return this.#takeVerbatim(inner, at, next);
    if (kind === 'refused') throw new TemplateError(`line ${this.#lineAt(at)}: templates cannot include others`);
    if (kind === 'escaped' || kind === 'raw') {
      this.#addText(at);
      this.parts.push({ kind, source: inner, line: this.#lineAt(at) });
      this.#start = next;
      return true;
    }
    // Code and comments take no room of their own: the line break after them goes, before code also the indentation.
    this.#addText(kind === 'code' ? this.#withoutIndentation(at) : at);
    if (kind === 'code') this.parts.push({ kind, source: inner, line: this.#lineAt(at) });
    this.#start = this.#template.charAt(next) === '\n' ? next + 1 : next;
    return true;
  }

  #takeVerbatim(name: string, at: number, next: number): boolean {
    const word = name.trim();
    const end = this.#template.indexOf(`{-${name}-}`, next);
    if (end < 0 || !/^[a-zA-Z]\w*$/.test(word)) return false;
    if (word !== 'raw' && word !== 'verbatim')
      throw new TemplateError(`line ${this.#lineAt(at)}: blocks such as {-${word}-} are not available`);
    this.#addText(at);
    this.#start = next;
    this.#addText(end);
    this.#start = end + name.length + 4;
    return true;
  }

  #withoutIndentation(at: number): number {
    let end = at;
    while (end > this.#start && ' \t\v\0'.includes(this.#template.charAt(end - 1))) end -= 1;
    return end;
  }

  #addText(end: number): void {
    if (end > this.#start)
      this.parts.push({
        kind: 'text',
        source: this.#template.slice(this.#start, end),
        line: this.#lineAt(this.#start),
      });
    this.#start = Math.max(this.#start, end);
  }

  #lineAt(at: number): number {
    for (; this.#countedTo < at; this.#countedTo += 1)
      if (this.#template.charCodeAt(this.#countedTo) === 10) this.#line += 1;
    return this.#line;
  }
}
