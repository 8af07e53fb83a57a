import { docsTable, kinds, type ResourceKind } from '@sluice/schema';

/** The reference page of a kind: where it lives, what it points to, and every field. */
export function kindPage(kind: ResourceKind): string {
  return [
    `# ${kind.title}`,
    kind.description,
    [
      `- Admin API: \`/apisix/admin/${placeOf(kind)}\` (${[...kind.methods].join(', ')})`,
      `- Addressed by: \`${kind.idField}\``,
      ...(kind.parent ? [`- Lives in a [${kind.parent.kind}](${kind.parent.kind}.md), and is deleted with it`] : []),
      ...(kind.notServed ? [`- **Not served**: ${kind.notServed}`] : []),
      ...(kind.pluginType ? [`- Takes plugins of type \`${kind.pluginType}\` only`] : []),
      ...references(kind),
      ...(kind.pluginDoor === 'consumer' ? ['- Its plugins say what a consumer says to them'] : []),
      ...(kind.secrets.length > 0 ? [`- Encrypted at rest: ${codes(kind.secrets)}`] : []),
    ].join('\n'),
    '## Fields',
    docsTable(kind.schema),
  ].join('\n\n');
}

/** The path of its list; what lives in another resource stands below it. */
function placeOf({ plural, parent }: ResourceKind): string {
  const place = parent && kinds.get(parent.kind);
  return place ? `${place.plural}/{${place.idField}}/${plural}` : plural;
}

function references({ references: fields }: ResourceKind): string[] {
  const entries = Object.entries(fields).map(([field, kind]) => `\`${field}\` to [${kind}](${kind}.md)`);
  return entries.length > 0 ? [`- Points to others by ${entries.join(', ')}`] : [];
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
