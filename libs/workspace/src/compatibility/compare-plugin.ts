import { isDeepStrictEqual } from 'node:util';
import type { PluginSchema } from '@sluice/schema';
import type { FieldFacts } from './field-facts.ts';
import { type Door, doors, factsOfPlugin, type Fields, type PluginFacts } from './plugin-facts.ts';

/** How something of ours stands to the same in the reference. `added` is what only we have. */
export type Standing = 'same' | 'different' | 'missing' | 'added';

/** One field, or one property of the plugin as a whole, beside the reference. */
export interface ComparedFact {
  /** Dotted; behind `consumer/` and `metadata/` where it is of those schemas. */
  readonly path: string;
  readonly standing: Standing;
  /** In words what differs; empty where nothing does. */
  readonly detail: string;
  /** Why, as the plugin declares it; also where the same field means something else. */
  readonly reason: string | undefined;
}

/** Compares one of our plugins with the reference, fact by fact. */
export function comparePlugin(ours: PluginSchema, reference: PluginFacts): ComparedFact[] {
  const own = factsOfPlugin(ours, reference.subsystem);
  const whole = wholeFacts.map((path) => wholeFact(path, own, reference));
  const fields = doors.flatMap((door) => compareFields(own.fields[door] ?? {}, reference.fields[door] ?? {}, door));
  const compared = [...whole.filter(({ standing }) => standing !== 'same'), ...fields, ...uncovered(own, reference)];
  return compared.map((fact) => ({ ...fact, reason: reasonOf(ours, fact) }));
}

type Unexplained = Omit<ComparedFact, 'reason'>;

const wholeFacts = ['priority', 'type', 'phases'] as const;

function wholeFact(path: (typeof wholeFacts)[number], own: PluginFacts, reference: PluginFacts): Unexplained {
  const isUnsaid = path === 'phases' && own.phases === undefined;
  const detail =
    isUnsaid || isDeepStrictEqual(own[path], reference[path])
      ? ''
      : `${shown(own[path])} instead of ${shown(reference[path])}`;
  return { path, standing: detail === '' ? 'same' : 'different', detail };
}

function compareFields(own: Fields, reference: Fields, door: Door): Unexplained[] {
  const paths = [...new Set([...Object.keys(reference), ...Object.keys(own)])];
  return paths.map((path) => {
    const named = door === 'config' ? path : `${door}/${path}`;
    const [here, there] = [own[path], reference[path]];
    if (here === undefined) return { path: named, standing: 'missing', detail: '' };
    if (there === undefined) return { path: named, standing: 'added', detail: '' };
    const detail = differences(here, there).join('; ');
    return { path: named, standing: detail === '' ? 'same' : 'different', detail };
  });
}

function differences(own: FieldFacts, reference: FieldFacts): string[] {
  const keywords = [...new Set([...Object.keys(own), ...Object.keys(reference)])].sort();
  return keywords
    .filter((keyword) => !isDeepStrictEqual(own[keyword], reference[keyword]))
    .map((keyword) => `${keyword} ${shown(own[keyword])} instead of ${shown(reference[keyword])}`);
}

/** What is encrypted there must be encrypted here; more is no difference to anybody. */
function uncovered(own: PluginFacts, reference: PluginFacts): Unexplained[] {
  return doors.flatMap((door) => {
    const covered = new Set((own.encrypted[door] ?? []).map(plainPath));
    return (reference.encrypted[door] ?? [])
      .filter((path) => !covered.has(path))
      .map((path) => ({ path: `encrypted/${path}`, standing: 'different' as const, detail: 'not encrypted' }));
  });
}

/** `brokers.*.password` as the reference writes it, without marks for lists and free names. */
function plainPath(path: string): string {
  return path.replaceAll('.*', '');
}

function reasonOf({ differences: declared = {} }: PluginSchema, { path }: Unexplained): string | undefined {
  const reason = Object.hasOwn(declared, path) ? declared[path] : undefined;
  return typeof reason === 'object' ? reason.meaning : reason;
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : `\`${JSON.stringify(value)}\``;
}

/** What is wrong with what a plugin declares: differences without a reason, and reasons without a difference. */
export function undeclaredDifferences(ours: PluginSchema, references: readonly PluginFacts[]): string[] {
  const compared = references.flatMap((reference) => comparePlugin(ours, reference));
  const silent = compared
    .filter(({ standing, reason }) => standing !== 'same' && reason === undefined)
    .map(({ path, standing, detail }) => `${path} is ${standing} and nobody says why: ${detail}`);
  const idle = Object.entries(ours.differences ?? {})
    .filter(([path, reason]) => !isTrue(path, typeof reason === 'object', compared))
    .map(([path]) => `${path} is declared as a difference and is none`);
  return [...silent, ...idle];
}

function isTrue(path: string, isMeaning: boolean, compared: readonly ComparedFact[]): boolean {
  return compared.some((fact) => fact.path === path && (fact.standing === 'same') === isMeaning);
}
