import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { fromJson, Table, toJsonText } from './table.ts';
import { TemplateError } from './template-error.ts';
import { mathFunctions, stringFunctions, tableFunctions } from './library-functions.ts';
import { Pairs } from './pairs.ts';
import type { Native } from './run.ts';
import { type HostObject, isHostObject, numberOf, textOf, typeName } from './values.ts';

/** Functions under one name, known while a template is compiled. */
export class Module implements HostObject {
  readonly isHostObject = true;
  readonly name: string;
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(name: string, members: Readonly<Record<string, unknown>>) {
    this.name = name;
    this.#members = new Map(Object.entries(members));
  }

  index(key: string): unknown {
    return this.#members.get(key);
  }

  has(key: string): boolean {
    return this.#members.has(key);
  }
}

const encode: Native = ([value]) => toJsonText(value);
const decode: Native = ([text]) => {
  try {
    return fromJson(JSON.parse(textOf(text)));
  } catch {
    // The language's own answer to text that is no JSON is nothing.
    return undefined;
  }
};
const nothing: Native = () => undefined;

const ngx = new Module('ngx', {
  encode_base64: ([text]: readonly unknown[]) => Buffer.from(textOf(text)).toString('base64'),
  decode_base64: ([text]: readonly unknown[]) => Buffer.from(textOf(text), 'base64').toString(),
  escape_uri: ([text]: readonly unknown[]) => encodeURIComponent(textOf(text)),
  null: null,
});

const load = createRequire(import.meta.url);
/** How often YAML may refer to what it has said already: a few lines could mean gigabytes. */
const aliasesMax = 50;

const parseYaml: Native = ([text]) => {
  const { parse } = load('yaml') as typeof Yaml;
  try {
    return fromJson(parse(textOf(text), { maxAliasCount: aliasesMax, logLevel: 'error' }));
  } catch (error) {
    throw new TemplateError('a text is not valid YAML', { cause: error });
  }
};

const json = new Module('json', { encode, decode });
const log = new Module(
  'log',
  Object.fromEntries(['debug', 'info', 'notice', 'warn', 'error'].map((name) => [name, nothing])),
);
const cjson = new Module('cjson', { encode, decode, null: null });

/** What `require` finds. */
const modules: ReadonlyMap<string, Module> = new Map([
  ['apisix.core', new Module('apisix.core', { json, log })],
  ['apisix.core.json', json],
  ['cjson', cjson],
  ['cjson.safe', cjson],
  ['tinyyaml', new Module('tinyyaml', { parse: parseYaml })],
]);

/** The module that a template asks for. */
export function requireModule(name: string): Module {
  const module = modules.get(name);
  if (!module) throw new TemplateError(`the module "${name}" is not available in templates`);
  return module;
}

/** The functions and modules that every template knows. */
export const library: ReadonlyMap<string, unknown> = new Map<string, unknown>(
  Object.entries({
    string: new Module('string', stringFunctions),
    table: new Module('table', tableFunctions),
    math: new Module('math', mathFunctions),
    ngx,
    tostring: ([value]: readonly unknown[]) => textOf(value),
    tonumber: ([value]: readonly unknown[]) => numberOf(value),
    type: ([value]: readonly unknown[]) => typeName(value),
    pairs: ([value]: readonly unknown[]) => new Pairs(tableOf(value, 'pairs').entries()),
    ipairs: ([value]: readonly unknown[]) => new Pairs(itemsOf(tableOf(value, 'ipairs'))),
    require: ([name]: readonly unknown[]) => requireModule(textOf(name)),
    echo: ((values, run) =>
      values.forEach((value) => run.write(value === undefined ? '' : textOf(value)))) satisfies Native,
  }),
);

/** Names that mean the world outside in the language that templates come from. */
export const forbidden: ReadonlySet<string> = new Set(
  (
    '_G _ENV assert collectgarbage coroutine debug dofile error ffi getfenv getmetatable io jit load loadfile loadstring ' +
    'module newproxy next ngx_var os package pcall print rawequal rawget rawset select setfenv setmetatable unpack xpcall'
  ).split(' '),
);

/** A method of a value: texts have those of `string`. */
export function methodOf(value: unknown, name: string): unknown {
  if (typeof value === 'string') return Object.hasOwn(stringFunctions, name) ? stringFunctions[name] : undefined;
  if (value instanceof Table) return value.get(name);
  return isHostObject(value) ? value.index(name) : undefined;
}

function tableOf(value: unknown, name: string): Table {
  if (value instanceof Table) return value;
  throw new TemplateError(`${name} needs a table, got ${typeName(value)}`);
}

function* itemsOf(table: Table): IterableIterator<readonly [unknown, unknown]> {
  for (let i = 1; table.get(i) !== undefined; i += 1) yield [i, table.get(i)];
}
