import type { RawSchema, Compile, Keywords } from './compile.ts';
import type { Visit } from './run.ts';

/** `allOf`, `anyOf`, `oneOf`, `not` and `if`. Branches see the defaults, and add those of the branch that applies. */
export const branchKeywords: Keywords = (schema, compile) => {
  const visits: Visit[] = [];
  const branches = (keyword: string) => (Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : undefined);
  const [all, any, one] = [branches('allOf'), branches('anyOf'), branches('oneOf')];
  if (all) visits.push(...all.map((branch, i) => allOf(compile(branch), i + 1)));
  if (any) visits.push(anyOf(any.map(compile), `object matches none of the required${requiredWords(any)}`));
  if (one) visits.push(oneOf(one.map(compile)));
  if (schema['not'] !== undefined) visits.push(not(compile(schema['not'])));
  if (schema['if'] !== undefined) visits.push(condition(schema, compile));
  return visits;
};

function allOf(visit: Visit, number: number): Visit {
  return (value, run) => {
    const before = run.issues.length;
    const result = visit(value, run);
    if (run.issues.length > before) run.wrap(before, `allOf ${number} failed: `, '');
    return result;
  };
}

function anyOf(visits: readonly Visit[], message: string): Visit {
  return (value, run) => {
    for (const visit of visits) if (run.accepts(visit, value)) return run.accepted;
    run.fail(message);
    return value;
  };
}

/** The required lists of the branches, where a branch is nothing else: ` : ["a"] or ["a","b"]`. */
function requiredWords(branches: readonly unknown[]): string {
  const lists = branches.map((branch) => (branch as RawSchema | null)?.['required']);
  const known = lists.filter((list) => Array.isArray(list));
  return known.length === 0 ? '' : `: ${known.map((list) => JSON.stringify(list)).join(' or ')}`;
}

function oneOf(visits: readonly Visit[]): Visit {
  return (value, run) => {
    let matched = 0;
    let result = value;
    for (const [i, visit] of visits.entries()) {
      if (!run.accepts(visit, value)) continue;
      if (matched > 0) {
        run.fail(`value should match only one schema, but matches both schemas ${matched} and ${i + 1}`);
        return value;
      }
      matched = i + 1;
      result = run.accepted;
    }
    if (matched === 0) run.fail('value should match only one schema, but matches none');
    return result;
  };
}

function not(visit: Visit): Visit {
  return (value, run) => {
    if (run.accepts(visit, value)) run.fail("value wasn't supposed to match schema");
    return value;
  };
}

/** The message does not say what the clause missed, so path and reason do. */
function condition(schema: RawSchema, compile: Compile): Visit {
  const test = compile(schema['if']);
  const [yes, no] = [compile(schema['then']), compile(schema['else'])];
  return (value, run) => {
    const applies = run.accepts(test, value);
    const issue = run.attempt(applies ? yes : no, applies ? run.accepted : value);
    if (!issue) return run.accepted;
    run.issues.push({ ...issue, message: `${applies ? 'then' : 'else'} clause did not match` });
    return value;
  };
}
