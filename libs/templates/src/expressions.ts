import { forbidden, library, methodOf, Module, requireModule } from './library.ts';
import type { Names } from './names.ts';
import { binary } from './operators.ts';
import type { Evaluate, Native, Run } from './run.ts';
import { Several } from './several.ts';
import { Table, type TableKey } from './table.ts';
import { TemplateError } from './template-error.ts';
import type { TokenReader } from './token-reader.ts';
import { compute, index, isTruthy, lengthOf, setIndex, typeName } from './values.ts';

/** An expression, compiled. */
export interface Expression {
  readonly evaluate: Evaluate;
  /** Sets what the expression names; undefined where it names nothing that can be set. */
  readonly assign?: (run: Run, value: unknown) => void;
  /** All results of a call; undefined where it is none. */
  readonly evaluateAll?: (run: Run) => readonly unknown[];
  /** The module that it is known to be while it is compiled: what a module does not have is refused at once. */
  readonly module?: Module | undefined;
  /** Whether it is the function that finds modules. */
  readonly isRequire?: boolean;
}

type Binding = readonly [left: number, right: number];

/** How strongly operators bind, to the left and to the right. */
const binding: ReadonlyMap<string, Binding> = new Map<string, Binding>([
  ['or', [1, 2]],
  ['and', [3, 4]],
  ...['<', '>', '<=', '>=', '~=', '=='].map((operator) => [operator, [5, 6]] as const),
  ['..', [8, 7]],
  ...['+', '-'].map((operator) => [operator, [9, 10]] as const),
  ...['*', '/', '%'].map((operator) => [operator, [11, 12]] as const),
  ['^', [16, 15]],
]);
const unaryBinding = 13;
/** Expressions within expressions. */
const depthMax = 200;

/** Compiles expressions to functions; nothing of a template ever becomes code. */
export class Expressions {
  readonly #reader: TokenReader;
  readonly #names: Names;
  #depth = 0;

  constructor(reader: TokenReader, names: Names) {
    this.#reader = reader;
    this.#names = names;
  }

  parse(least = 0): Expression {
    this.#depth += 1;
    if (this.#depth > depthMax) throw this.#reader.error('an expression is nested too deeply');
    let left = this.#unary();
    for (;;) {
      const { kind, text } = this.#reader.current;
      const [leftBinding, rightBinding] = (kind === 'symbol' || kind === 'keyword' ? binding.get(text) : undefined) ?? [
        -1, 0,
      ];
      if (leftBinding <= least) break;
      this.#reader.take();
      left = { evaluate: binary(text, left.evaluate, this.parse(rightBinding - 1).evaluate) };
    }
    this.#depth -= 1;
    return left;
  }

  parseList(): Expression[] {
    const list = [this.parse()];
    while (this.#reader.accept(',')) list.push(this.parse());
    return list;
  }

  /** A name with what is looked up in it or called on it. */
  parsePrefix(): Expression {
    let expression = this.#start();
    for (;;) {
      const following = this.#suffix(expression);
      if (!following) return expression;
      expression = following;
    }
  }

  #unary(): Expression {
    const reader = this.#reader;
    for (const operator of ['not', '-', '#']) {
      if (!reader.accept(operator)) continue;
      const { evaluate } = this.parse(unaryBinding - 1);
      if (operator === 'not') return { evaluate: (run) => !isTruthy(evaluate(run)) };
      if (operator === '#') return { evaluate: (run) => lengthOf(evaluate(run)) };
      return { evaluate: (run) => compute('-', 0, evaluate(run)) };
    }
    return this.#simple();
  }

  #simple(): Expression {
    const { kind, text } = this.#reader.current;
    if (kind === 'number' || kind === 'string') {
      this.#reader.take();
      const value = kind === 'number' ? Number(text) : text;
      return { evaluate: () => value };
    }
    if (kind === 'keyword' && ['nil', 'true', 'false'].includes(text)) {
      this.#reader.take();
      const value = text === 'nil' ? undefined : text === 'true';
      return { evaluate: () => value };
    }
    if (this.#reader.sees('function')) throw this.#reader.error('functions cannot be defined in templates');
    return this.#reader.sees('{') ? { evaluate: this.#table() } : this.parsePrefix();
  }

  #start(): Expression {
    const reader = this.#reader;
    if (reader.accept('(')) {
      const { evaluate, module } = this.parse();
      reader.expect(')');
      return { evaluate, module };
    }
    if (reader.current.kind !== 'name') throw reader.error('expected an expression');
    return this.#variable(reader.take().text);
  }

  #variable(name: string): Expression {
    const local = this.#names.find(name);
    if (local) {
      const { slot, module } = local;
      return { module, evaluate: (run) => run.locals[slot], assign: (run, value) => void (run.locals[slot] = value) };
    }
    if (forbidden.has(name)) throw this.#reader.error(`"${name}" is not available in templates`);
    const known = library.get(name);
    return {
      module: known instanceof Module ? known : undefined,
      isRequire: name === 'require',
      evaluate: (run) => {
        const value = valueOf(name, run);
        return value === undefined ? known : value;
      },
      assign: (run, value) => void run.globals.set(name, value),
    };
  }

  #suffix(holder: Expression): Expression | undefined {
    const reader = this.#reader;
    const { kind, text } = reader.current;
    if (reader.accept('.')) return this.#field(holder, reader.expectName());
    if (reader.accept('[')) {
      const { evaluate } = this.parse();
      reader.expect(']');
      return place(holder, evaluate, '');
    }
    if (reader.accept(':')) return this.#methodCall(holder, reader.expectName());
    const isCall = kind === 'string' || (kind === 'symbol' && (text === '(' || text === '{'));
    return isCall ? this.#call(holder) : undefined;
  }

  #field(holder: Expression, name: string): Expression {
    const { module } = holder;
    if (module && !module.has(name)) throw this.#reader.error(`"${module.name}.${name}" is not available in templates`);
    const inner = module?.index(name);
    return { ...place(holder, () => name, ` (field "${name}")`), module: inner instanceof Module ? inner : undefined };
  }

  #call({ evaluate: callee, isRequire }: Expression): Expression {
    const reader = this.#reader;
    const { line } = reader.current;
    const named = isRequire ? (reader.current.kind === 'string' ? reader.current : reader.next) : undefined;
    const args = this.#args();
    const call = callOf((run) =>
      called(
        callee(run),
        args.map((arg) => arg(run)),
        run,
        line,
      ),
    );
    if (!named) return call;
    // Looked for now, so that a template that asks for a module that is not there is refused.
    if (named.kind !== 'string' || args.length !== 1) throw reader.error('expected the name of a module', named);
    return { ...call, module: requireModule(named.text) };
  }

  #methodCall({ evaluate: holder }: Expression, name: string): Expression {
    const { line } = this.#reader.current;
    const args = this.#args();
    return callOf((run) => {
      const self = holder(run);
      return called(methodOf(self, name), [self, ...args.map((arg) => arg(run))], run, line);
    });
  }

  #args(): Evaluate[] {
    const reader = this.#reader;
    const { kind, text } = reader.current;
    if (kind === 'string') {
      reader.take();
      return [() => text];
    }
    if (reader.sees('{')) return [this.#table()];
    reader.expect('(');
    const list = reader.sees(')') ? [] : this.parseList();
    reader.expect(')');
    return list.map(({ evaluate }) => evaluate);
  }

  #table(): Evaluate {
    const reader = this.#reader;
    const fields: (readonly [key: Evaluate | null, value: Evaluate])[] = [];
    reader.expect('{');
    while (!reader.sees('}')) {
      fields.push(this.#tableField());
      if (!reader.accept(',') && !reader.accept(';')) break;
    }
    reader.expect('}');
    return (run) => {
      const table = new Table();
      for (const [key, value] of fields) {
        if (key === null) table.insert(table.length + 1, value(run));
        else setIndex(table, key(run) as TableKey, value(run));
      }
      return table;
    };
  }

  #tableField(): readonly [Evaluate | null, Evaluate] {
    const reader = this.#reader;
    if (reader.accept('[')) {
      const { evaluate: key } = this.parse();
      reader.expect(']');
      reader.expect('=');
      return [key, this.parse().evaluate];
    }
    if (reader.current.kind === 'name' && reader.next.kind === 'symbol' && reader.next.text === '=') {
      const name = reader.take().text;
      reader.take();
      return [() => name, this.parse().evaluate];
    }
    return [null, this.parse().evaluate];
  }
}

function callOf(call: Evaluate): Expression {
  return {
    evaluate: (run) => {
      const result = call(run);
      return result instanceof Several ? result.values[0] : result;
    },
    evaluateAll: (run) => {
      const result = call(run);
      return result instanceof Several ? result.values : [result];
    },
  };
}

function place({ evaluate: holder }: Expression, key: Evaluate, what: string): Expression {
  return {
    evaluate: (run) => index(holder(run), key(run), what),
    assign: (run, value) => setIndex(holder(run), key(run), value),
  };
}

/** A name means what the template set, then what is in the context or lent to it. */
function valueOf(name: string, run: Run): unknown {
  if (run.globals.has(name)) return run.globals.get(name);
  return name === 'context' ? run.context : run.context.get(name);
}

function called(callee: unknown, args: readonly unknown[], run: Run, line: number): unknown {
  if (typeof callee !== 'function')
    throw new TemplateError(`line ${line}: attempt to call a ${typeName(callee)} value`);
  for (const arg of args) countText(arg, run);
  return countText((callee as Native)(args, run), run);
}

function countText(value: unknown, run: Run): unknown {
  if (value instanceof Several) for (const one of value.values) countText(one, run);
  if (typeof value === 'string') run.countWork(value.length);
  return value;
}
