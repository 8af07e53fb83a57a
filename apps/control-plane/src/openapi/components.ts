/** A JSON Schema as plain data. */
export type PlainSchema = Readonly<Record<string, unknown>>;

/** Keywords whose value is data and no schema. */
const literals = new Set(['default', 'const', 'enum', 'examples', 'required', 'dependentRequired']);

/** Collects the named schemas of a document: one that carries `$id` becomes a component, and a reference where it stood. */
export class Components {
  readonly #schemas = new Map<string, PlainSchema>();
  readonly #texts = new Map<string, string>();

  /** A schema as the document shows it. Two different schemas of one name are a mistake, and an error. */
  show(schema: unknown): PlainSchema {
    return this.#show(schema) as PlainSchema;
  }

  /** All components, by name, sorted. */
  schemas(): Record<string, PlainSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #show(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#show(item));
    if (typeof value !== 'object' || value === null) return value;
    const { $id: name, ...rest } = value as PlainSchema;
    if (typeof name !== 'string') return this.#shownKeywords(rest);
    this.#keep(name, rest);
    return { $ref: `#/components/schemas/${name}` };
  }

  #shownKeywords(schema: PlainSchema): PlainSchema {
    const entries = Object.entries(schema).filter(([keyword]) => !keyword.startsWith('~'));
    return Object.fromEntries(entries.map(([key, value]) => [key, literals.has(key) ? value : this.#show(value)]));
  }

  #keep(name: string, schema: PlainSchema): void {
    const text = JSON.stringify(schema);
    const known = this.#texts.get(name);
    if (known !== undefined && known !== text) throw new Error(`Two different schemas are called ${name}.`);
    if (known !== undefined) return;
    this.#texts.set(name, text);
    this.#schemas.set(name, this.#shownKeywords(schema));
  }
}
