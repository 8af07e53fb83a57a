import { isJsonObject } from '../json/json-value.ts';

type Schema = Readonly<Record<string, unknown>>;

const texts = [
  '',
  'a',
  'GET',
  'roundrobin',
  'x'.repeat(300),
  '*.example.com',
  '127.0.0.1',
  '10.0.0.0/8',
  '::1',
  'fe80::/10',
  'http://127.0.0.1:8200',
];
/** Enough of a format to tell which of the texts are meant for it. */
const examples: Readonly<Record<string, string>> = { ipv4: '^127', ipv6: '^::' };
const numbers = [0, 1, -1, 2, 0.5, 1.5, 80, 254, 255, 599, 600, 65535, 65536, 1e9];
const oddities: readonly unknown[] = [null, true, false, [], ['a', 'a'], { a: 1 }, [1, 1], ...texts, ...numbers];

/** Makes values for a schema, most of them valid or nearly so, the same ones for the same seed. For tests only. */
export class ValueGenerator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A value that follows the schema where it can. */
  valueFor(schema: unknown): unknown {
    const { anyOf, oneOf, enum: words, const: only } = (isJsonObject(schema) ? schema : {}) as Schema;
    if (only !== undefined) return only;
    if (Array.isArray(words)) return this.pick(words);
    const branches = [anyOf, oneOf].find((list) => Array.isArray(list)) as unknown[] | undefined;
    const branch = branches ? this.pick(branches) : undefined;
    return this.#typed({ ...(schema as Schema), ...(isJsonObject(branch) ? merged(schema as Schema, branch) : {}) });
  }

  /** The value with one change somewhere inside, of a kind that a person makes by mistake. */
  mutated(value: unknown): unknown {
    if (Array.isArray(value) && value.length > 0 && this.#chance(0.8)) return this.#mutatedItems(value);
    if (isJsonObject(value) && this.#chance(0.9)) return this.#mutatedMembers(value);
    return this.pick(oddities);
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#next() * items.length)] as T;
  }

  #typed(schema: Schema): unknown {
    const type = Array.isArray(schema['type']) ? this.pick(schema['type'] as unknown[]) : schema['type'];
    if (type === 'object' || (type === undefined && schema['properties'])) return this.#object(schema);
    if (type === 'array') return Array.from({ length: this.#int(1, 3) }, () => this.valueFor(schema['items']));
    if (type === 'boolean') return this.#chance(0.5);
    if (type === 'integer' || type === 'number') return this.#number(schema);
    return type === 'string' ? this.#text(schema) : this.pick(oddities);
  }

  #object(schema: Schema): unknown {
    const properties = (isJsonObject(schema['properties']) ? schema['properties'] : {}) as Schema;
    const required = new Set([...namesIn(schema['required']), ...this.#conditionallyRequired(schema)]);
    const share = this.pick([0.1, 0.3, 0.6]);
    const result: Record<string, unknown> = {};
    for (const [key, property] of Object.entries(properties)) {
      if (required.has(key) || this.#chance(key === 'uri' ? 0.8 : share)) result[key] = this.valueFor(property);
    }
    for (const rule of Object.values((schema['patternProperties'] ?? {}) as Schema)) result['k1'] = this.valueFor(rule);
    return result;
  }

  /** What one of the branches of a condition requires; a value that meets neither is as easily made as before. */
  #conditionallyRequired({ then, else: otherwise }: Schema): string[] {
    const branches = [then, otherwise]
      .filter(isJsonObject)
      .flatMap((one): unknown[] => (Array.isArray(one['oneOf']) ? one['oneOf'] : [one]));
    const branch = branches.length > 0 && this.#chance(0.7) ? this.pick(branches) : undefined;
    return isJsonObject(branch) ? namesIn(branch['required']) : [];
  }

  #number(schema: Schema): number {
    const low = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? 0);
    const high = Number(schema['maximum'] ?? low + 5);
    return this.#chance(0.8) ? this.#int(low, high) : this.pick(numbers);
  }

  #text(schema: Schema): string {
    const length = Number(schema['minLength'] ?? 1);
    const pattern = schema['format'] === undefined ? schema['pattern'] : examples[String(schema['format'])];
    const isLong = length > 20;
    const fitting = texts.filter((text) =>
      typeof pattern === 'string' ? new RegExp(pattern).test(text) : isLong && text.length >= length,
    );
    if (fitting.length > 0 && this.#chance(0.8)) return this.pick(fitting);
    return this.#chance(0.6) ? `a${'b'.repeat(Math.max(0, length - 1))}` : this.pick(texts);
  }

  #mutatedItems(items: readonly unknown[]): unknown {
    const i = this.#int(0, items.length - 1);
    if (this.#chance(0.2)) return [...items, items[i]];
    return this.#chance(0.2) ? items.toSpliced(i, 1) : items.with(i, this.mutated(items[i]));
  }

  #mutatedMembers(value: Record<string, unknown>): unknown {
    const keys = Object.keys(value);
    const key = keys.length > 0 && this.#chance(0.85) ? this.pick(keys) : this.pick(['host', 'uris', 'surprise']);
    // Never down to `{}`, which is accepted where Ajv refuses it; nor is a node's default taken away, which Ajv fills in no branch.
    if (keys.length < 2 || key === 'priority' || !this.#chance(0.25))
      return { ...value, [key]: this.mutated(value[key]) };
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  }

  #chance(share: number): boolean {
    return this.#next() < share;
  }

  #int(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }

  /** Mulberry32: small, and good enough to choose examples. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}

function namesIn(required: unknown): string[] {
  return Array.isArray(required) ? (required as string[]) : [];
}

/** A branch takes nothing away from what the object already needs. */
function merged(schema: Schema, branch: Schema): Schema {
  const required = [...((schema['required'] ?? []) as string[]), ...((branch['required'] ?? []) as string[])];
  return {
    ...branch,
    required,
    properties: { ...(schema['properties'] as object), ...(branch['properties'] as object) },
  };
}
