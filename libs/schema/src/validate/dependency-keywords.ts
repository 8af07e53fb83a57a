import { isJsonObject } from '../json/json-value.ts';
import type { Keywords } from './compile.ts';
import { pointerSegment, type Visit } from './run.ts';

/** `dependencies` and its two halves, `dependentRequired` and `dependentSchemas`. */
export const dependencyKeywords: Keywords = (schema, compile) => {
  const rules = ['dependencies', 'dependentRequired', 'dependentSchemas'].flatMap((keyword) =>
    Object.entries(isJsonObject(schema[keyword]) ? schema[keyword] : {}),
  );
  return rules.map(([key, rule]) =>
    Array.isArray(rule) ? requiring(key, rule.map(String)) : dependent(key, compile(rule)),
  );
};

function requiring(key: string, others: readonly string[]): Visit {
  return (value, run) => {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return value;
    for (const other of others) {
      if (run.isFull) break;
      if (!Object.hasOwn(value, other))
        run.fail(`property "${other}" is required when "${key}" is set`, pointerSegment(other));
    }
    return value;
  };
}

function dependent(key: string, visit: Visit): Visit {
  const prefix = `failed to validate dependent schema for "${key}": `;
  return (value, run) => {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return value;
    const before = run.issues.length;
    const result = visit(value, run);
    if (run.issues.length > before) run.wrap(before, prefix, '');
    return result;
  };
}
