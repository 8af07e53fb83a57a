import { TemplateError } from './template-error.ts';
import type { Token } from './tokens.ts';

/** Reads tokens one after the other, and says where something is wrong. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    // The last token says that nothing follows, and nobody goes beyond it.
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token;
  }

  get next(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.current;
    this.#at += 1;
    return token;
  }

  /** Whether the next word is this symbol or keyword. */
  sees(text: string): boolean {
    const { kind, text: word } = this.current;
    return (kind === 'symbol' || kind === 'keyword') && word === text;
  }

  /** Takes a symbol or keyword, if it comes next. */
  accept(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.error(`expected "${text}"`);
  }

  expectName(): string {
    if (this.current.kind !== 'name') throw this.error('expected a name');
    return this.take().text;
  }

  error(message: string, { line } = this.current): TemplateError {
    const { kind, text } = this.current;
    const near = kind === 'end' ? 'the end of the template' : kind === 'text' ? 'text' : `"${text}"`;
    return new TemplateError(`line ${line}: ${message} near ${near}`);
  }
}
