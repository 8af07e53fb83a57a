import { patternFunctions } from './pattern-functions.ts';
import { Table } from './table.ts';
import { TemplateError } from './template-error.ts';
import type { Native } from './run.ts';
import { concatenate, numberOf, textMax, textOf, typeName, textArg } from './values.ts';

type Args = readonly unknown[];

/** Functions of texts. */
export const stringFunctions: Readonly<Record<string, Native>> = {
  upper: ([text]) => textArg(text).toUpperCase(),
  lower: ([text]) => textArg(text).toLowerCase(),
  len: ([text]) => textArg(text).length,
  reverse: ([text]) => [...textArg(text)].toReversed().join(''),
  sub: ([text, from, to]) => {
    const whole = textArg(text);
    const start = Math.max(1, position(numberArg(from), whole.length));
    return whole.slice(start - 1, Math.max(start - 1, position(to === undefined ? -1 : numberArg(to), whole.length)));
  },
  rep: ([text, count]) => {
    const times = Math.max(0, Math.floor(numberArg(count)));
    if (textArg(text).length * times > textMax) throw new TemplateError('a text became too long');
    return textArg(text).repeat(times);
  },
  ...patternFunctions,
  format: ([pattern, ...values]) => formatted(textArg(pattern), values),
};

/** Functions of tables. */
export const tableFunctions: Readonly<Record<string, Native>> = {
  insert: ([holder, ...rest], run) => {
    const table = tableArg(holder);
    if (rest.length > 1) run.countWork(table.length);
    const at = rest.length > 1 ? numberArg(rest[0]) : table.length + 1;
    if (!Number.isInteger(at) || at < 1 || at > table.length + 1)
      throw new TemplateError('table.insert: no such position');
    table.insert(at, rest.at(-1));
  },
  remove: ([holder, at], run) => {
    const table = tableArg(holder);
    if (at !== undefined) run.countWork(table.length);
    return table.remove(at === undefined ? table.length : numberArg(at));
  },
  concat: ([holder, separator]) => {
    const between = separator === undefined ? '' : textOf(separator);
    let text = '';
    for (const [i, item] of tableArg(holder).list.entries()) text = concatenate(i === 0 ? text : text + between, item);
    return text;
  },
};

/** Functions of numbers. */
export const mathFunctions: Readonly<Record<string, unknown>> = {
  huge: Infinity,
  pi: Math.PI,
  floor: ([value]: Args) => Math.floor(numberArg(value)),
  ceil: ([value]: Args) => Math.ceil(numberArg(value)),
  abs: ([value]: Args) => Math.abs(numberArg(value)),
  sqrt: ([value]: Args) => Math.sqrt(numberArg(value)),
  fmod: ([value, by]: Args) => numberArg(value) % numberArg(by),
  min: (values: Args) => Math.min(...values.map(numberArg)),
  max: (values: Args) => Math.max(...values.map(numberArg)),
};

function numberArg(value: unknown): number {
  const number = numberOf(value);
  if (number === undefined) throw new TemplateError(`a number was expected, got ${typeName(value)}`);
  return number;
}

function tableArg(value: unknown): Table {
  if (value instanceof Table) return value;
  throw new TemplateError(`a table was expected, got ${typeName(value)}`);
}

/** Positions below 0 count from the end. */
function position(at: number, length: number): number {
  return at < 0 ? length + at + 1 : Math.floor(at);
}

const widthMax = 99;

function formatted(pattern: string, values: Args): string {
  let next = 0;
  return pattern.replace(
    /%([-0]*)(\d{0,2})(?:\.(\d{1,2}))?([a-zA-Z%])/g,
    (_all, flags, width, precision, letter: string) => {
      if (letter === '%') return '%';
      const value = values[next];
      next += 1;
      const text = conversion(letter, value, precision as string | undefined);
      const size = Math.min(Number(width), widthMax);
      if (String(flags).includes('-')) return text.padEnd(size);
      return text.padStart(size, String(flags).includes('0') ? '0' : ' ');
    },
  );
}

function conversion(letter: string, value: unknown, precision: string | undefined): string {
  switch (letter) {
    case 's':
      return precision === undefined ? textOf(value) : textOf(value).slice(0, Number(precision));
    case 'd':
    case 'i':
      return String(Math.trunc(numberArg(value)));
    case 'f':
      return numberArg(value).toFixed(Number(precision ?? 6));
    case 'g':
      return textOf(numberArg(value));
    case 'x':
      return Math.trunc(numberArg(value)).toString(16);
    case 'X':
      return Math.trunc(numberArg(value)).toString(16).toUpperCase();
    default:
      throw new TemplateError(`string.format knows no %${letter}`);
  }
}
