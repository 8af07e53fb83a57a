import type { PluginSchema } from '@sluice/schema';
import { markdownTable } from './markdown-table.ts';

/** What the plugins of a family have in common, in the order of the index; a family without a title is called by its name. */
const titles: Readonly<Record<string, string>> = {
  auth: 'Who is calling',
  security: 'What may pass',
  traffic: 'How much, how often, and where to',
  transform: 'Requests and responses, changed',
  serverless: 'Functions',
  loggers: 'Logs',
  telemetry: 'Metrics and traces',
  platform: 'The gateway itself',
};

/** A family of plugins, as the index lists it. */
export interface IndexedFamily {
  readonly name: string;
  readonly schemas: readonly PluginSchema[];
}

/** The index of all plugins: by family, each with what it does, in the order in which they run. */
export function pluginIndexPage(families: readonly IndexedFamily[]): string {
  const order = Object.keys(titles);
  const placeOf = ({ name }: IndexedFamily): number =>
    Object.hasOwn(titles, name) ? order.indexOf(name) : order.length;
  const sections = families
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .map(({ name, schemas }) => `## ${titles[name] ?? name}\n\n${table(schemas)}`);
  return [
    '# Plugins',
    'Of two plugins in the same phase, the one of higher priority runs first. How they are put on routes, services and consumers, and what they have in common: [the guide](../../guides/plugins.md). Field by field beside Apache APISIX: [compatibility](../compatibility.md).',
    ...sections,
  ].join('\n\n');
}

function table(schemas: readonly PluginSchema[]): string {
  const rows = schemas
    .toSorted((a, b) => b.priority - a.priority)
    .map(({ name, description, priority }) => [`[${name}](${name}.md)`, description, priority]);
  return markdownTable(['Plugin', 'What it does', 'Priority'], rows);
}
