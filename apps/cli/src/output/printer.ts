import type { JsonValue } from '@sluice/schema';
import { writeYaml } from '@sluice/transfer';
import type { Io } from '../command.ts';
import { type Column, table } from './table.ts';

/** How answers are printed. */
export type Form = 'table' | 'json' | 'yaml';

/** Prints answers in the form that was asked for. Programs read stdout; remarks for people go to stderr. */
export class Printer {
  readonly form: Form;
  readonly #io: Io;

  constructor(form: Form, io: Io) {
    this.form = form;
    this.#io = io;
  }

  /** A list: as a table, or the whole answer in a form for programs. */
  async list<Row>(answer: unknown, rows: readonly Row[], columns: readonly Column<Row>[]): Promise<void> {
    if (this.form !== 'table') return this.value(answer);
    if (rows.length === 0) return this.remark('There is none.');
    await this.#io.stdout(table(columns, rows));
  }

  /** A value; where a table was asked for, as YAML. */
  async value(answer: unknown): Promise<void> {
    const json = JSON.parse(JSON.stringify(answer ?? null)) as JsonValue;
    await this.#io.stdout(this.form === 'json' ? `${JSON.stringify(json, null, 2)}\n` : writeYaml(json));
  }

  /** A text for people; a form for programs gets the value instead. */
  async told(answer: unknown, text: string): Promise<void> {
    if (this.form === 'table') await this.#io.stdout(text.endsWith('\n') ? text : `${text}\n`);
    else await this.value(answer);
  }

  /** Something that is no part of the answer. */
  remark(text: string): void {
    this.#io.stderr(`${text}\n`);
  }
}
