import type { Table } from './table.ts';
import { TemplateError } from './template-error.ts';
import { textMax } from './values.ts';

/** Rounds of all loops of one rendering, so that no body keeps the process busy. */
const roundsMax = 1_000_000;

/** Characters and items that one rendering may go through in functions and when it joins texts. */
const workMax = 256 * 1024 * 1024;

/** A function that templates may call. */
export type Native = (args: readonly unknown[], run: Run) => unknown;

/** What an expression gives while a template is rendered. */
export type Evaluate = (run: Run) => unknown;

/** What a statement does; `break` leaves the loop around it. */
export type Execute = (run: Run) => 'break' | void;

/** One rendering of a template. */
export class Run {
  readonly locals: unknown[];
  readonly context: Table;
  readonly globals = new Map<string, unknown>();
  #rounds = 0;
  #work = 0;
  #written = '';

  constructor(localCount: number, context: Table) {
    this.locals = Array.from({ length: localCount });
    this.context = context;
  }

  /** Called for each round of a loop. */
  countRound(): void {
    this.#rounds += 1;
    if (this.#rounds > roundsMax) throw new TemplateError(`loops of more than ${roundsMax} rounds`);
  }

  /** Called with the size of whatever takes time by its size. */
  countWork(size: number): void {
    this.#work += size;
    if (this.#work > workMax) throw new TemplateError('too much text is gone through');
  }

  write(text: string): void {
    this.#written += text;
    if (this.#written.length > textMax) throw new TemplateError('the result is too long');
  }

  get written(): string {
    return this.#written;
  }
}
