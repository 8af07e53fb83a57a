import { docsTable, type PluginSchema } from '@sluice/schema';

/**
 * The reference page of a plugin: what it does and when, from its README, then every field, from its schemas. The links of
 * the README have to be those of the page already.
 */
export function pluginPage(plugin: PluginSchema, readme: string): string {
  const { name, config, consumer, metadata } = plugin;
  return [
    `# ${name}`,
    plugin.description,
    facts(plugin),
    withoutTitle(readme),
    '## Configuration',
    fields(docsTable(config)),
    ...(consumer ? ['## On a consumer', fields(docsTable(consumer))] : []),
    ...(metadata ? ['## Plugin metadata', fields(docsTable(metadata))] : []),
    ...secrets(plugin),
  ].join('\n\n');
}

function facts({ category, priority, type, phases, runPolicy }: PluginSchema): string {
  return [
    `- Family: ${category}`,
    `- Priority: ${priority}`,
    ...(phases ? [`- Phases: ${phases.join(', ')}`] : []),
    ...(type ? ['- Establishes the consumer of a request'] : []),
    ...(runPolicy ? ['- Configured on a route, it replaces the one of a global rule'] : []),
  ].join('\n');
}

function secrets({ secrets: { config, consumer, metadata } }: PluginSchema): string[] {
  const names = [...config, ...consumer, ...metadata];
  if (names.length === 0) return [];
  const list = [...new Set(names)].map((name) => `\`${name}\``).join(', ');
  return [`Encrypted at rest, masked in the dashboard, never logged: ${list}.\n`];
}

function fields(table: string): string {
  return table.split('\n').length > 3 ? table.trimEnd() : 'Nothing.';
}

function withoutTitle(readme: string): string {
  return readme.replace(/^# .*\n+/, '').trimEnd();
}
