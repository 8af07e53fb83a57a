import Type, { type TSchema, type TUnsafe } from 'typebox';

/** The annotations and limits that a string of fixed words may carry. */
export interface ChoiceOptions<W extends string> {
  readonly title?: string;
  readonly description?: string;
  readonly default?: W;
}

/** One of some words, as `{ type: 'string', enum }`: the form in which the compatible API serves it. */
export function choice<const W extends string>(words: readonly W[], options: ChoiceOptions<W> = {}): TUnsafe<W> {
  return Type.Unsafe<W>({ type: 'string', enum: [...words], ...options });
}

/** The same schema under another title and description, for a shared piece in a new place. */
export function titled<S extends TSchema>(schema: S, title: string, description: string): S {
  return Object.defineProperties(
    { ...schema, title, description },
    hiddenOf(schema as unknown as Record<string, unknown>),
  );
}

/** TypeBox keeps its own marks in hidden properties, which a spread leaves behind. */
function hiddenOf(schema: Record<string, unknown>): PropertyDescriptorMap {
  const marks = Object.getOwnPropertyNames(schema).filter((name) => name.startsWith('~'));
  return Object.fromEntries(marks.map((name) => [name, { value: schema[name], enumerable: false }]));
}
