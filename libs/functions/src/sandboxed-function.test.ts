import { describe, expect, test } from 'vitest';
import { FunctionError } from './function-error.ts';
import { compileFunction, type SandboxedFunction } from './sandboxed-function.ts';

/** For what must be ended. */
const strict = { timeoutMs: 50, memoryMiB: 8 };
/** For what must not be, however busy the machine is. */
const patient = { timeoutMs: 10_000, memoryMiB: 8 };

async function readyFunction(source: string, limits = patient): Promise<SandboxedFunction> {
  const fn = compileFunction(source, limits);
  await fn.ready();
  return fn;
}

function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof FunctionError) return error.failure;
    throw error;
  }
  return 'none';
}

const noVariables = { value: () => undefined };

describe('a function that does harm is ended, and the next one is not affected', () => {
  test.each([
    ['loops', 'function () { while (true); }', 'timeout'],
    [
      'keeps filling a list',
      'function () { const a = []; while (true) a.push(new Array(1000).fill(1)); }',
      /timeout|memory/,
    ],
    ['asks for one huge list', 'function () { return new Array(1e9).fill(7).length; }', 'memory'],
    ['keeps taking buffers', 'function () { const a = []; while (true) a.push(new Uint8Array(1e6)); }', 'memory'],
    ['backtracks', "function () { return /^(a+)+$/.test('a'.repeat(40) + '!'); }", 'timeout'],
    [
      'stays inside a built-in',
      'function () { return Array.prototype.includes.call({ length: 2 ** 50 }, 1); }',
      'timeout',
    ],
    ['calls itself', 'function () { const f = () => f(); return f(); }', /threw|memory|timeout/],
    ['nests without end', "function () { return JSON.parse('['.repeat(1e5)); }", /threw|memory/],
    ['throws', "function () { throw new Error('no'); }", 'threw'],
    ['waits', 'async function () { return true; }', 'threw'],
  ])('%s', async (_, source, failure) => {
    const harmful = await readyFunction(source, strict);
    const good = await readyFunction('function (vars) { return vars.a === "1"; }');

    expect(failureOf(() => harmful.test(noVariables))).toMatch(failure);

    expect(good.test({ value: () => '1' })).toBe(true);
  });
});

test('one that keeps failing rests, so that it cannot take all the time of its worker', async () => {
  const fn = await readyFunction('function () { while (true); }', strict);
  const failures: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    await fn.ready();
    failures.push(failureOf(() => fn.test(noVariables)));
  }

  expect(failures).toEqual(['timeout', 'timeout', 'timeout', 'resting']);
});

test('nothing of the process, the host or another function can be reached', async () => {
  const probe = await readyFunction(`function () {
    const found = [];
    for (const name of ['process', 'require', 'global', 'fetch', 'setTimeout', 'WebAssembly', 'Buffer', 'console'])
      if (typeof globalThis[name] !== 'undefined') found.push(name);
    for (const path of [() => vars.constructor, () => vars.__proto__, () => vars.x.constructor.constructor('return process')()])
      try { const value = path(); if (value !== undefined && value !== null) found.push(String(value)); } catch { found.length; }
    globalThis.leaked = 'from the probe';
    return found;
  }`);
  const other = await readyFunction('function () { return globalThis.leaked ?? null; }');

  expect(probe.call([], { value: (name) => (name === 'x' ? 'text' : undefined) })).toEqual([]);
  expect(other.call([])).toBeNull();
});

test('a module cannot be imported', async () => {
  const fn = await readyFunction(
    "function () { import('node:fs').then((m) => { globalThis.got = m; }, () => {}); return typeof globalThis.got; }",
  );
  expect(fn.call([])).toBe('undefined');
  expect(fn.call([])).toBe('undefined');
});

test('what a function changes in its own world does not change what leaves it', async () => {
  const fn = await readyFunction('function () { JSON.stringify = () => "{}"; Boolean = () => true; return 0; }');
  expect(fn.call([])).toBe(0);
});

describe('a result is what the function returns', () => {
  test('for JSON arguments', async () => {
    const fn = await readyFunction('function (conf, ctx) { return { sum: conf.a + ctx.b, list: [null, "x"] }; }');
    expect(fn.call([{ a: 1 }, { b: 2 }])).toEqual({ sum: 3, list: [null, 'x'] });
  });

  test('nothing for nothing', async () => {
    const fn = await readyFunction('function () {}');
    expect(fn.call([])).toBeUndefined();
  });

  test('with types in it, as TypeScript has them', async () => {
    const fn = await readyFunction('function (n: number): number { return n! * 2; }');
    expect(fn.call([21])).toBe(42);
  });

  test('as a yes or no over variables, which are read when they are asked for', async () => {
    const asked: string[] = [];
    const fn = await readyFunction(
      "function (vars) { return vars.list.includes('b') && vars.none === undefined && !('none' in vars); }",
    );
    const value = (name: string) => {
      asked.push(name);
      return name === 'list' ? ['a', 'b'] : undefined;
    };
    expect(fn.test({ value })).toBe(true);
    expect(asked).toEqual(['list', 'none', 'none']);
  });

  test('the same over many calls, in bounded memory', async () => {
    const fn = await readyFunction('function (vars) { return vars.n % 2 === 0; }');
    for (let n = 0; n < 20_000; n += 1) expect(fn.test({ value: () => n })).toBe(n % 2 === 0);
  });
});

test('before it is ready it throws, and afterwards it can be given up and made again', async () => {
  const fn = compileFunction('function () { return 1; }', patient);
  expect(failureOf(() => fn.call([]))).toBe('resting');
  await fn.ready();
  expect(fn.call([])).toBe(1);
  fn.dispose();
  expect(fn.isReady).toBe(false);
  await fn.ready();
  expect(fn.call([])).toBe(1);
});

test('beyond a number of functions those that were made first give their memory back', async () => {
  const fns = await Promise.all(Array.from({ length: 260 }, () => readyFunction('function () { return 1; }')));
  expect(fns.filter(({ isReady }) => isReady).length).toBeLessThanOrEqual(256);
  expect(fns.at(-1)?.call([])).toBe(1);
});
