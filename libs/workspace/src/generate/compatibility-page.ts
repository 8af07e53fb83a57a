import type { PluginSchema } from '@sluice/schema';
import { type ComparedFact, comparePlugin, type Standing } from '../compatibility/compare-plugin.ts';
import { doors, type PluginFacts, type ReferenceFacts } from '../compatibility/plugin-facts.ts';
import { markdownTable } from './markdown-table.ts';

interface ComparedPlugin {
  readonly reference: PluginFacts;
  /** Undefined where there is no such plugin here. */
  readonly facts: readonly ComparedFact[] | undefined;
}

/** The page that says of every plugin of the reference, and each of its fields, how ours stands to it. */
export function compatibilityPage(plugins: readonly PluginSchema[], { origin, plugins: references }: ReferenceFacts) {
  const compared = references.map((reference) => comparedPlugin(plugins, reference));
  const own = plugins.filter(({ name }) => !references.some((reference) => reference.name === name));
  return [
    '# Compatibility',
    `Every plugin of Apache APISIX and each of its fields, beside ours: type, default, limits, words, whether it is required,
priority, what is encrypted. Made of the ${origin} and of our schemas. What fields
may stand together is told on the pages of the plugins.`,
    counts(compared),
    summary(compared),
    ...(own.length > 0 ? [`Not of APISIX: ${own.map(({ name }) => link(name)).join(', ')}.`] : []),
    ...compared.map(section),
  ].join('\n\n');
}

function comparedPlugin(plugins: readonly PluginSchema[], reference: PluginFacts): ComparedPlugin {
  const ours = plugins.find(
    ({ name, subsystems }) => name === reference.name && subsystems.includes(reference.subsystem),
  );
  return { reference, facts: ours && comparePlugin(ours, reference) };
}

function counts(compared: readonly ComparedPlugin[]): string {
  const there = compared.filter(({ facts }) => facts !== undefined);
  const same = there.filter(({ facts = [] }) => facts.every(isSame));
  return markdownTable(
    ['Plugins', 'Number'],
    [
      ['the same in every field', same.length],
      ['with differences', there.length - same.length],
      ['not there yet', compared.length - there.length],
    ],
  );
}

function isSame({ standing, reason }: ComparedFact): boolean {
  return standing === 'same' && reason === undefined;
}

function summary(compared: readonly ComparedPlugin[]): string {
  const rows = compared.map(({ reference, facts }) => {
    const name = facts ? link(reference.name) : reference.name;
    const where = reference.subsystem === 'stream' ? ' (streams)' : '';
    const cells = facts
      ? [facts.filter(isSame).length, differing(facts).length, of(facts, 'missing').length]
      : ['', '', fieldPaths(reference).length];
    return [`${name}${where}`, reference.priority, ...cells.map((cell) => cell || '')];
  });
  return markdownTable(['Plugin', 'Priority', 'Fields: same', 'different', 'not there yet'], rows);
}

function link(name: string): string {
  return `[${name}](plugins/${name}.md)`;
}

function of(facts: readonly ComparedFact[], standing: Standing): readonly ComparedFact[] {
  return facts.filter((fact) => fact.standing === standing);
}

/** What means something else counts as different, though it looks the same. */
function differing(facts: readonly ComparedFact[]): readonly ComparedFact[] {
  return facts.filter((fact) => fact.standing !== 'missing' && !isSame(fact));
}

function section({ reference, facts }: ComparedPlugin): string {
  const title = `## ${reference.name}${reference.subsystem === 'stream' ? ' on streams' : ''}`;
  if (facts === undefined) {
    return [title, 'Not there yet.', ...namesOf('Its fields', fieldPaths(reference))].join('\n\n');
  }
  const same = facts.filter(isSame).map(({ path }) => path);
  const others = facts.filter((fact) => !isSame(fact));
  return [title, ...namesOf('Same', same), ...(others.length > 0 ? [table(others)] : [])].join('\n\n');
}

function namesOf(label: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`${label}: ${paths.map((path) => `\`${path}\``).join(', ')}.`];
}

const words: Readonly<Record<Standing, string>> = {
  same: 'another meaning',
  different: 'different',
  missing: 'not there yet',
  added: 'only here',
};

function table(facts: readonly ComparedFact[]): string {
  const rows = facts.map(({ path, standing, detail, reason = '' }) => [`\`${path}\``, words[standing], detail, reason]);
  return markdownTable(['Field', '', 'What', 'Why'], rows);
}

function fieldPaths({ fields }: PluginFacts): string[] {
  return doors.flatMap((door) =>
    Object.keys(fields[door] ?? {}).map((path) => (door === 'config' ? path : `${door}/${path}`)),
  );
}
