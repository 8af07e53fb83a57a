import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { FunctionError } from './function-error.ts';
import { newInterpreter } from './sandbox-module.ts';

/** Where the variables that a function reads come from: a request. */
export interface FunctionVariables {
  /** Text, a number, a boolean or a list; undefined for what is missing. */
  value(name: string): unknown;
}

/** Bounds of a call. */
export interface FunctionLimits {
  /** Time of one call: as much by the clock, and behind that as much processor time again. */
  readonly timeoutMs: number;
  /** What the function may keep and use, all calls together. */
  readonly memoryMiB: number;
}

/**
 * Runs before the function and keeps what it needs from being replaced by it. `vars` reads a variable when it is asked
 * for; results leave as JSON, because text is all that crosses the border.
 */
const prelude = `(function (ask, fn) {
  'use strict';
  const { parse, stringify } = JSON;
  const vars = new Proxy(Object.freeze(Object.create(null)), {
    get: (_, name) => { const text = typeof name === 'string' ? ask(name) : undefined; return text === undefined ? undefined : parse(text); },
    has: (_, name) => typeof name === 'string' && ask(name) !== undefined,
  });
  Object.defineProperty(globalThis, 'vars', { value: vars });
  const settled = (result) => {
    if (result instanceof Promise) throw new TypeError('the function is async: it must return a value, not a promise');
    return result;
  };
  return {
    call: (json) => stringify(settled(fn(...parse(json)))),
    test: () => Boolean(settled(fn(vars))),
  };
})`;

const stackBytes = 256 * 1024;
/** Reading a function runs nothing of its body, so only a machine that stands still takes this long. */
const openMs = 2_000;

/** An interpreter with one function in it. After a failure of the interpreter itself it must not be used again. */
export class Sandbox {
  readonly #context: QuickJSContext;
  readonly #call: QuickJSHandle;
  readonly #test: QuickJSHandle;
  #deadline = Infinity;
  #allowanceMs = openMs;
  /** Processor time of this thread at which the call ends; null before the deadline. */
  #cpuDeadlineMs: number | null = null;
  #variables: FunctionVariables | null = null;

  private constructor(context: QuickJSContext, expression: string) {
    this.#context = context;
    context.runtime.setInterruptHandler(() => this.#isOverdue());
    this.#deadline = performance.now() + openMs;
    const ask = context.newFunction('ask', (name) => this.#ask(context.getString(name)));
    const fn = this.#evaluated(expression);
    const doors = this.#result(context.callFunction(this.#evaluated(prelude), context.undefined, ask, fn));
    this.#call = context.getProp(doors, 'call');
    this.#test = context.getProp(doors, 'test');
  }

  /** Makes an interpreter and reads the function in it. Throws a FunctionError where that does not work. */
  static async open(expression: string, { memoryMiB }: FunctionLimits): Promise<Sandbox> {
    const runtime = (await newInterpreter(memoryMiB)).newRuntime();
    runtime.setMemoryLimit(memoryMiB * 1024 * 1024);
    runtime.setMaxStackSize(stackBytes);
    return new Sandbox(runtime.newContext(), expression);
  }

  /** The function's result for JSON values. */
  call(args: readonly unknown[], variables: FunctionVariables | null, timeoutMs: number): unknown {
    const json = this.#context.newString(JSON.stringify(args));
    const result = this.#run(this.#call, [json], variables, timeoutMs);
    json.dispose();
    return typeof result === 'string' ? (JSON.parse(result) as unknown) : undefined;
  }

  /** Whether the function, given the variables, answers something that counts as true. */
  test(variables: FunctionVariables, timeoutMs: number): boolean {
    return this.#run(this.#test, [], variables, timeoutMs) === true;
  }

  #run(door: QuickJSHandle, args: QuickJSHandle[], variables: FunctionVariables | null, timeoutMs: number): unknown {
    this.#deadline = performance.now() + timeoutMs;
    this.#allowanceMs = timeoutMs;
    this.#cpuDeadlineMs = null;
    this.#variables = variables;
    const handle = this.#result(this.#context.callFunction(door, this.#context.undefined, ...args));
    const result = this.#context.dump(handle) as unknown;
    handle.dispose();
    this.#variables = null;
    return result;
  }

  /** A thread that was kept from running has done nothing wrong, so behind the deadline processor time is what counts. */
  #isOverdue(): boolean {
    if (performance.now() <= this.#deadline) return false;
    const { user, system } = process.threadCpuUsage();
    const usedMs = (user + system) / 1000;
    this.#cpuDeadlineMs ??= usedMs + this.#allowanceMs;
    return usedMs > this.#cpuDeadlineMs;
  }

  #ask(name: string): QuickJSHandle {
    const value = this.#variables?.value(name);
    return value === undefined ? this.#context.undefined : this.#context.newString(JSON.stringify(value));
  }

  #evaluated(expression: string): QuickJSHandle {
    return this.#result(this.#context.evalCode(expression, 'function.js', { strict: false }));
  }

  #result(result: ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    if (result.error === undefined) return result.value;
    const error = this.#context.dump(result.error) as { name?: unknown; message?: unknown } | null;
    result.error.dispose();
    throw failureOf(error?.name, error?.message);
  }
}

function failureOf(name: unknown, message: unknown): FunctionError {
  if (name === 'InternalError' && message === 'interrupted') return new FunctionError('timeout', 'ran too long');
  if (name === 'InternalError' && message === 'out of memory')
    return new FunctionError('memory', 'used too much memory');
  const text = typeof message === 'string' ? message.slice(0, 200) : 'a value that is no error';
  return new FunctionError('threw', `threw ${typeof name === 'string' ? `${name}: ` : ''}${text}`);
}
