import { operators, type Test } from './operators.ts';

/** Where the variables of an expression come from: a request. */
export interface VariableSource {
  /** The value of a variable: text, a number, or a list for variables that have several values. */
  variable(name: string): unknown;
  /** The same for a source whose `variable` knows text only. */
  value?(name: string): unknown;
}

/** A compiled `vars` expression. */
export interface Expression {
  test(source: VariableSource): boolean;
}

/** An expression that cannot be compiled; the message is the one that clients compare. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

type Node = Expression['test'];

/** Nesting is bounded because checking and compiling recurse. */
const depthMax = 64;

const always: Node = () => true;

/** Compiles `vars`: a list of rules, all of which must hold. Throws an ExpressionError. */
export function compileExpression(vars: unknown): Expression {
  if (!Array.isArray(vars)) throw new ExpressionError('rule should be wrapped inside brackets');
  return { test: compileList(vars, 0) };
}

/** What is wrong with an expression, or undefined. For validation at write time. */
export function checkExpression(vars: unknown): string | undefined {
  try {
    compileExpression(vars);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

function compileList(list: readonly unknown[], depth: number): Node {
  if (depth > depthMax) throw new ExpressionError('invalid expression');
  const logic = logicOf(list[0]);
  if (!logic) return allOf(list.map((item) => compileItem(item, depth + 1)));
  if (list.length < 3) throw new ExpressionError('rule too short');
  return logic(list.slice(1).map((item) => compileItem(item, depth + 1)));
}

/** A rule begins with the name of a variable, a nested list with a list or a logical word. */
function compileItem(item: unknown, depth: number): Node {
  // The compatible surface knows one type for lists and objects: an object is a rule in which nothing stands.
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) throw new ExpressionError('rule too short');
  if (!Array.isArray(item)) throw new ExpressionError('rule should be wrapped inside brackets');
  const [first] = item as readonly unknown[];
  return Array.isArray(first) || logicOf(first) ? compileList(item, depth) : compileRule(item);
}

function compileRule(rule: readonly unknown[]): Node {
  if (rule.length < 2) throw new ExpressionError('rule too short');
  const [name, second, third, fourth] = rule;
  if (typeof name !== 'string') throw new ExpressionError('invalid expression');
  if (rule.length === 2) return onVariable(name, operator('==', second));
  if (second !== '!') return onVariable(name, operator(second, third));
  if (rule.length < 4) throw new ExpressionError("bad 'not' expression");
  return negated(onVariable(name, operator(third, fourth)));
}

function operator(name: unknown, value: unknown): Test {
  const make = typeof name === 'string' ? operators.get(name.toLowerCase()) : undefined;
  if (!make) throw new ExpressionError(`invalid operator '${String(name)}'`);
  const test = make(value);
  if (typeof test === 'string') throw new ExpressionError(test);
  return test;
}

function onVariable(name: string, test: Test): Node {
  return (source) => test(source.value === undefined ? source.variable(name) : source.value(name));
}

function logicOf(word: unknown): ((nodes: readonly Node[]) => Node) | undefined {
  return typeof word === 'string' ? logic.get(word.toUpperCase()) : undefined;
}

const logic = new Map<string, (nodes: readonly Node[]) => Node>([
  ['AND', allOf],
  ['OR', anyOf],
  ['!AND', (nodes) => negated(allOf(nodes))],
  ['!OR', (nodes) => negated(anyOf(nodes))],
]);

function allOf(nodes: readonly Node[]): Node {
  const [only] = nodes;
  if (!only) return always;
  if (nodes.length === 1) return only;
  return (source) => {
    for (const node of nodes) if (!node(source)) return false;
    return true;
  };
}

function anyOf(nodes: readonly Node[]): Node {
  return (source) => {
    for (const node of nodes) if (node(source)) return true;
    return false;
  };
}

function negated(node: Node): Node {
  return (source) => !node(source);
}
