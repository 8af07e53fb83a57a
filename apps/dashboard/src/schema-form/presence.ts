import { isJsonObject } from '@sluice/schema';
import type { Schema } from './schema.ts';

/** Sets of fields of which an object must have exactly one (`exclusive`), or at least one. */
export interface Alternatives {
  readonly exclusive: boolean;
  /** Whether none of them is fine as well. */
  readonly optional: boolean;
  readonly sets: readonly (readonly string[])[];
}

/** The rules of a schema that are about which fields are there. */
export function alternativesOf(schema: Schema): Alternatives[] {
  const own = [readRule(schema.oneOf, true), readRule(schema.anyOf, false)].filter((rule) => rule !== undefined);
  return [...own, ...(schema.allOf ?? []).flatMap(alternativesOf)];
}

function readRule(branches: readonly Schema[] | undefined, exclusive: boolean): Alternatives | undefined {
  if (!branches) return undefined;
  const named = branches.filter((branch) => branch.required && !branch.properties);
  const absent = branches.filter((branch) => branch.not && !branch.required && !branch.properties);
  if (named.length < 2 || named.length + absent.length !== branches.length) return undefined;
  return { exclusive, optional: absent.length > 0, sets: named.map((branch) => branch.required ?? []) };
}

/** The field that must be cleared before this one can be used; undefined where nothing stands in the way. */
export function blockerOf(rules: readonly Alternatives[], key: string, value: unknown): string | undefined {
  if (!isJsonObject(value) || Object.hasOwn(value, key)) return undefined;
  for (const { sets } of rules.filter(({ exclusive }) => exclusive)) {
    const own = sets.filter((set) => set.includes(key));
    if (own.length === 0) continue;
    // What a field's own sets want as well does not stand in its way.
    const blocker = sets.flat().find((other) => !own.some((set) => set.includes(other)) && Object.hasOwn(value, other));
    if (blocker !== undefined) return blocker;
  }
  return undefined;
}

/** What is said beside a field that is missing. */
export const isRequired = 'This field is required.';

/** A broken rule in a sentence, and the field to begin with. */
export interface PresenceIssue {
  readonly key: string;
  readonly message: string;
}

/** What is missing or too much. */
export function presenceIssues(
  rules: readonly Alternatives[],
  value: unknown,
  titleOf: (key: string) => string,
): PresenceIssue[] {
  const present = new Set(isJsonObject(value) ? Object.keys(value) : []);
  const issues: PresenceIssue[] = [];
  // What an exclusive rule asks for already counts as given, so that the next rule does not ask for it again.
  for (const rule of rules.toSorted((a, b) => Number(b.exclusive) - Number(a.exclusive))) {
    const complete = rule.sets.filter((set) => set.every((key) => present.has(key)));
    if (complete.length === 0 && !rule.optional) {
      issues.push(...missing(nearestLacks(rule.sets, present), titleOf));
      for (const key of rule.sets.flat()) present.add(key);
    } else if (rule.exclusive && complete.length > 1) {
      issues.push(tooMany(complete, titleOf));
    }
  }
  return issues;
}

/** Of sets that somebody has begun, those that lack least; before anything is there, all of them. */
function nearestLacks(sets: Alternatives['sets'], present: ReadonlySet<string>): string[][] {
  const lacks = sets.map((set) => ({
    begun: set.some((key) => present.has(key)),
    keys: set.filter((key) => !present.has(key)),
  }));
  const begun = lacks.filter((lack) => lack.begun);
  const candidates = (begun.length > 0 ? begun : lacks).map(({ keys }) => keys);
  const fewest = Math.min(...candidates.map((keys) => keys.length));
  return begun.length > 0 ? candidates.filter((keys) => keys.length === fewest) : withoutSupersets(candidates);
}

/** Who has all of the smaller set has enough. */
function withoutSupersets(sets: readonly string[][]): string[][] {
  const isSuperset = (set: readonly string[], other: readonly string[]) =>
    set !== other && set.length > other.length && other.every((key) => set.includes(key));
  return sets.filter((set) => !sets.some((other) => isSuperset(set, other)));
}

/** What every set lacks is needed in any case, and said beside each field; of the rest there is a choice. */
function missing(lacks: readonly string[][], titleOf: (key: string) => string): PresenceIssue[] {
  const [first = [], ...others] = lacks;
  const needed = first.filter((key) => others.every((keys) => keys.includes(key)));
  const choices = lacks.map((keys) => keys.filter((key) => !needed.includes(key)));
  const issues = needed.map((key) => ({ key, message: isRequired }));
  if (choices.some((keys) => keys.length === 0)) return issues;
  const words = new Set(choices.map((keys) => keys.map(titleOf).join(' with ')));
  const [key = '', ...companions] = choices[0] ?? [];
  const together = companions.map((other) => ({ key: other, message: `Goes with ${titleOf(key)}.` }));
  return [{ key, message: `Needs ${listed([...words], 'or')}.` }, ...together, ...issues];
}

function tooMany(sets: Alternatives['sets'], titleOf: (key: string) => string): PresenceIssue {
  const keys = sets.flat().filter((key) => !sets.every((set) => set.includes(key)));
  return { key: keys[0] ?? '', message: `Only one of ${listed(keys.map(titleOf), 'and')} may be set.` };
}

function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  return new Intl.ListFormat('en', { type: conjunction === 'and' ? 'conjunction' : 'disjunction' }).format(words);
}
