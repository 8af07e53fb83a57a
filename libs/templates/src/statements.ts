import { type Expression, Expressions } from './expressions.ts';
import type { Module } from './library.ts';
import type { Names } from './names.ts';
import { Pairs } from './pairs.ts';
import type { Evaluate, Execute, Run } from './run.ts';
import { TemplateError } from './template-error.ts';
import type { TokenReader } from './token-reader.ts';
import { isTruthy, numberOf, textOf } from './values.ts';

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '/': '&#47;',
};

/** What templates cannot do, for the message. */
const refused: Readonly<Record<string, string>> = {
  function: 'functions cannot be defined in templates',
  goto: '"goto" is not available in templates',
  repeat: '"repeat" is not available in templates: use "for"',
  return: '"return" is not available in templates',
  while: '"while" is not available in templates: use "for"',
};

const nothing: Evaluate = () => undefined;

/** Compiles the statements of a template, texts and expressions to write among them. */
export class Statements {
  readonly #reader: TokenReader;
  readonly #names: Names;
  readonly #expressions: Expressions;
  #loops = 0;

  constructor(reader: TokenReader, names: Names) {
    this.#reader = reader;
    this.#names = names;
    this.#expressions = new Expressions(reader, names);
  }

  /** Everything up to the end of the template. */
  template(): Execute {
    const execute = this.#block();
    if (this.#reader.current.kind !== 'end') throw this.#reader.error('unexpected end of a block');
    return execute;
  }

  #block(): Execute {
    return this.#names.inScope(() => {
      const steps: Execute[] = [];
      for (;;) {
        if (this.#reader.accept(';')) continue;
        const step = this.#statement();
        if (!step) return inOrder(steps);
        steps.push(step);
      }
    });
  }

  /** Undefined where the block ends. */
  #statement(): Execute | undefined {
    const { kind, text } = this.#reader.current;
    if (kind === 'end') return undefined;
    if (kind === 'text') return this.#text();
    if (kind === 'open') return this.#output();
    return kind === 'keyword' ? this.#keyword(text) : this.#simple();
  }

  #keyword(word: string): Execute | undefined {
    if (['end', 'else', 'elseif', 'until'].includes(word)) return undefined;
    if (refused[word] !== undefined) throw this.#reader.error(refused[word]);
    this.#reader.take();
    switch (word) {
      case 'if':
        return this.#if();
      case 'for':
        return this.#for();
      case 'do':
        return this.#closed();
      case 'local':
        return this.#local();
      case 'break':
        if (this.#loops === 0) throw this.#reader.error('"break" outside of a loop');
        return () => 'break';
      default:
        throw this.#reader.error('expected a statement');
    }
  }

  #text(): Execute {
    const { text } = this.#reader.take();
    return (run) => run.write(text);
  }

  #output(): Execute {
    const { text: form } = this.#reader.take();
    const { evaluate } = this.#expressions.parse();
    if (this.#reader.current.kind !== 'close') throw this.#reader.error('expected one expression');
    this.#reader.take();
    if (form === 'raw') return (run) => run.write(outputOf(evaluate(run)));
    return (run) => run.write(outputOf(evaluate(run)).replace(/[&<>"'/]/g, (char) => htmlEntities[char] ?? char));
  }

  #closed(): Execute {
    const body = this.#block();
    this.#reader.expect('end');
    return body;
  }

  #if(): Execute {
    const { evaluate } = this.#expressions.parse();
    this.#reader.expect('then');
    const yes = this.#block();
    const no = this.#otherwise();
    return (run) => (isTruthy(evaluate(run)) ? yes(run) : no?.(run));
  }

  #otherwise(): Execute | undefined {
    if (this.#reader.accept('elseif')) return this.#if();
    if (this.#reader.accept('else')) return this.#closed();
    this.#reader.expect('end');
    return undefined;
  }

  #for(): Execute {
    const names = [this.#reader.expectName()];
    if (this.#reader.accept('=')) return this.#forNumbers(names[0] ?? '');
    while (this.#reader.accept(',')) names.push(this.#reader.expectName());
    this.#reader.expect('in');
    const { evaluate } = this.#expressions.parse();
    const [slots, body] = this.#loopBody(names);
    return (run) => {
      const pairs = evaluate(run);
      if (!(pairs instanceof Pairs)) throw new TemplateError('a loop goes through pairs(…), ipairs(…) or gmatch(…)');
      for (const pair of pairs.entries) {
        for (const [i, slot] of slots.entries()) run.locals[slot] = pair[i];
        if (round(run, body) === 'break') return;
      }
    };
  }

  #forNumbers(name: string): Execute {
    const bounds = this.#expressions.parseList().map(({ evaluate }) => evaluate);
    if (bounds.length < 2 || bounds.length > 3) throw this.#reader.error('expected first and last number of the loop');
    const [[slot = 0], body] = this.#loopBody([name]);
    return (run) => {
      const [first = NaN, last = NaN, step = 1] = bounds.map((bound) => numberOf(bound(run)) ?? NaN);
      if (Number.isNaN(first + last + step) || step === 0) throw new TemplateError('a loop counts by numbers');
      for (let i = first; step > 0 ? i <= last : i >= last; i += step) {
        run.locals[slot] = i;
        if (round(run, body) === 'break') return;
      }
    };
  }

  #loopBody(names: readonly string[]): [slots: number[], body: Execute] {
    this.#reader.expect('do');
    this.#loops += 1;
    const result = this.#names.inScope((): [number[], Execute] => {
      const slots = names.map((name) => this.#names.declare(name).slot);
      return [slots, this.#closed()];
    });
    this.#loops -= 1;
    return result;
  }

  #local(): Execute {
    const names = [this.#reader.expectName()];
    while (this.#reader.accept(',')) names.push(this.#reader.expectName());
    const values = this.#reader.accept('=') ? this.#expressions.parseList() : [];
    const slots = names.map((name, i) => this.#names.declare(name, moduleOf(values[i])).slot);
    return (run) => {
      const results = resultsOf(values, run);
      for (const [i, slot] of slots.entries()) run.locals[slot] = results[i];
    };
  }

  /** An assignment, or a call for what it does. */
  #simple(): Execute {
    const targets = [this.#expressions.parsePrefix()];
    const [{ evaluate, evaluateAll } = { evaluate: nothing, evaluateAll: undefined }] = targets;
    if (evaluateAll && !this.#reader.sees('=') && !this.#reader.sees(',')) return (run) => void evaluate(run);
    while (this.#reader.accept(',')) targets.push(this.#expressions.parsePrefix());
    this.#reader.expect('=');
    const values = this.#expressions.parseList();
    const assigns = targets.map(({ assign }) => {
      if (!assign) throw this.#reader.error('cannot assign to this');
      return assign;
    });
    return (run) => {
      const results = resultsOf(values, run);
      for (const [i, assign] of assigns.entries()) assign(run, results[i]);
    };
  }
}

function moduleOf(expression: Expression | undefined): Module | undefined {
  return expression?.module;
}

/** One value of each expression; all of the last, where that is a call. */
function resultsOf(expressions: readonly Expression[], run: Run): unknown[] {
  return expressions.flatMap(({ evaluate, evaluateAll }, i) =>
    evaluateAll && i === expressions.length - 1 ? evaluateAll(run) : [evaluate(run)],
  );
}

function round(run: Run, body: Execute): 'break' | void {
  run.countRound();
  return body(run);
}

function inOrder(steps: readonly Execute[]): Execute {
  return (run) => {
    for (const step of steps) if (step(run) === 'break') return 'break';
    return undefined;
  };
}

/** Nothing where there is nothing. */
function outputOf(value: unknown): string {
  return value === undefined ? '' : textOf(value);
}
