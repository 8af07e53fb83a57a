import { isJsonObject } from '@sluice/schema';

/** The parts of JSON Schema that a form reads. What it does not know, it leaves to the JSON editor. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly writeOnly?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly dependencies?: Readonly<Record<string, Schema | readonly string[]>>;
  readonly dependentSchemas?: Readonly<Record<string, Schema>>;
  /** Name of the widget to edit the value with, a screen's or a built-in one, where a type does not say enough. */
  readonly 'x-widget'?: string;
}

/** Whether a value satisfies a schema. Handed in, so that the form model stays free of a validator. */
export type Accepts = (schema: Schema, value: unknown) => boolean;

/** The type that a schema asks for; of several, the first that is not null. */
export function typeOf(schema: Schema): string | undefined {
  if (typeof schema.type === 'string') return schema.type;
  const [first] = schema.type?.filter((type) => type !== 'null') ?? [];
  if (first !== undefined) return first;
  if (schema.properties || schema.patternProperties) return 'object';
  return schema.items ? 'array' : undefined;
}

/** The schemas of which a value must satisfy one, where they say what the value is and not only which fields it has. */
export function variantsOf(schema: Schema): readonly Schema[] {
  const branches = schema.oneOf ?? schema.anyOf ?? [];
  return branches.every((branch) => typeOf(branch) !== undefined || branch.enum || 'const' in branch) ? branches : [];
}

/** A schema with the parts of `allOf`, `if` and `dependencies` that apply to this value folded into its fields. */
export function effectiveSchema(schema: Schema, value: unknown, accepts: Accepts): Schema {
  const filled = withDefaults(schema, value);
  const parts = applicableParts(schema, filled, accepts).map((part) => effectiveSchema(part, filled, accepts));
  if (parts.length === 0) return schema;
  return {
    ...schema,
    // The schema's own word about a field is the outermost, so it wins.
    properties: Object.assign({}, schema.properties, ...parts.map((part) => part.properties), schema.properties),
    required: [...new Set([schema, ...parts].flatMap((part) => part.required ?? []))],
    // Rules about which fields are there count wherever they come from.
    allOf: parts,
  };
}

function applicableParts(schema: Schema, value: unknown, accepts: Accepts): Schema[] {
  const parts = [...(schema.allOf ?? [])];
  if (schema.if) {
    const branch = accepts(schema.if, value) ? schema.then : schema.else;
    if (branch) parts.push(branch);
  }
  for (const [key, part] of Object.entries({ ...schema.dependencies, ...schema.dependentSchemas })) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) continue;
    parts.push(isJsonObject(part) ? part : { required: part as readonly string[] });
  }
  return parts;
}

/** A condition sees defaults as if they had been written down, as the control plane's does. */
function withDefaults({ properties = {} }: Schema, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const defaults = Object.entries(properties).filter(([, property]) => property.default !== undefined);
  return { ...Object.fromEntries(defaults.map(([key, property]) => [key, property.default])), ...value };
}
