import { isJsonObject, setOwn } from '../json/json-value.ts';
import type { Compile, Keywords, RawSchema } from './compile.ts';
import { dependencyKeywords } from './dependency-keywords.ts';
import { patternTest } from './pattern.ts';
import { pointerSegment, type Run, type Visit } from './run.ts';

interface Property {
  readonly key: string;
  readonly visit: Visit;
  readonly fallback: unknown;
  readonly prefix: string;
  readonly path: string;
  readonly missing: string | undefined;
}

/** Everything that is said about an object's keys; it has nothing to say about other types. */
export const objectKeywords: Keywords = (schema, compile) => {
  const { minProperties, maxProperties } = schema;
  const visits: Visit[] = [];
  const properties = propertiesOf(schema, compile);
  if (properties.length > 0) visits.push(known(properties));
  visits.push(...dependencyKeywords(schema, compile));
  const others = otherKeys(schema, compile);
  if (others) visits.push(others);
  if (typeof minProperties === 'number') visits.push(counted(minProperties, 'least', (count, min) => count >= min));
  if (typeof maxProperties === 'number') visits.push(counted(maxProperties, 'most', (count, max) => count <= max));
  return visits;
};

/** Declared properties in their order, then those that are only required. */
function propertiesOf(schema: RawSchema, compile: Compile): Property[] {
  const declared = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as string[]) : []);
  const keys = new Set([...Object.keys(declared), ...required]);
  return [...keys].map((key) => {
    const property = Object.hasOwn(declared, key) ? declared[key] : undefined;
    return {
      key,
      visit: compile(property),
      fallback: isJsonObject(property) ? property['default'] : undefined,
      prefix: `property "${key}" validation failed: `,
      path: pointerSegment(key),
      missing: required.has(key) ? `property "${key}" is required` : undefined,
    };
  });
}

function known(properties: readonly Property[]): Visit {
  return (value, run) => {
    if (!isJsonObject(value)) return value;
    let copy: Record<string, unknown> | undefined;
    for (const property of properties) {
      const current = Object.hasOwn(value, property.key) ? value[property.key] : undefined;
      const result = current === undefined ? absent(property, run) : present(property, current, run);
      if (result !== current) setOwn((copy ??= { ...value }), property.key, result);
      if (run.isFull) break;
    }
    return copy ?? value;
  };
}

/** A default makes a property present, so `required` and later keywords find it. */
function absent({ fallback, missing, path }: Property, run: Run): unknown {
  if (fallback === undefined && missing !== undefined) run.fail(missing, path);
  return fallback;
}

function present({ visit, prefix, path }: Property, current: unknown, run: Run): unknown {
  const before = run.issues.length;
  const result = visit(current, run);
  if (run.issues.length > before) run.wrap(before, prefix, path);
  return result;
}

/** `patternProperties` and `additionalProperties`, which must look at every key. */
function otherKeys(schema: RawSchema, compile: Compile): Visit | undefined {
  const { additionalProperties: additional, properties, patternProperties } = schema;
  const isOpen = additional === undefined || additional === true;
  if (isOpen && !isJsonObject(patternProperties)) return undefined;
  const patterns = Object.entries(isJsonObject(patternProperties) ? patternProperties : {}).map(([pattern, rule]) => ({
    matches: patternTest(pattern),
    visit: inside(compile(rule), (key) => `failed to validate ${key} (matching "${pattern}"): `),
  }));
  const declared = new Set(isJsonObject(properties) ? Object.keys(properties) : []);
  const rest = isOpen ? undefined : additionalVisit(additional, compile);
  return eachKey((key, value, run) => {
    let result = value;
    let isMatched = declared.has(key);
    for (const { matches, visit } of patterns) {
      if (!matches(key)) continue;
      isMatched = true;
      result = visit(key, result, run);
    }
    return isMatched || !rest ? result : rest(key, result, run);
  });
}

type KeyVisit = (key: string, value: unknown, run: Run) => unknown;

function additionalVisit(additional: unknown, compile: Compile): KeyVisit {
  if (additional !== false) {
    return inside(compile(additional), (key) => `failed to validate additional property ${key}: `);
  }
  return (key, value, run) => {
    run.fail(`additional properties forbidden, found ${key}`, pointerSegment(key));
    return value;
  };
}

function eachKey(visit: KeyVisit): Visit {
  return (value, run) => {
    if (!isJsonObject(value)) return value;
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(value)) {
      const current = value[key];
      if (current === undefined) continue;
      const result = visit(key, current, run);
      if (result !== current) setOwn((copy ??= { ...value }), key, result);
      if (run.isFull) break;
    }
    return copy ?? value;
  };
}

function inside(visit: Visit, prefixOf: (key: string) => string): KeyVisit {
  return (key, value, run) => {
    const before = run.issues.length;
    const result = visit(value, run);
    if (run.issues.length > before) run.wrap(before, prefixOf(key), pointerSegment(key));
    return result;
  };
}

function counted(limit: number, bound: 'least' | 'most', holds: (count: number, limit: number) => boolean): Visit {
  return (value, run) => {
    if (!isJsonObject(value)) return value;
    const count = Object.keys(value).length;
    if (!holds(count, limit)) run.fail(`expect object to have at ${bound} ${limit} properties`);
    return value;
  };
}
