/** No label value that matters holds a NUL, so no two sets of values share a key. */
export function seriesKey(labels: readonly string[]): string {
  return labels.join('\0');
}

/** Label names and values as they stand between braces. */
export function labelText(names: readonly string[], key: string): string {
  const values = key.split('\0');
  return names.map((name, i) => `${name}="${escaped(values[i] ?? '')}"`).join(',');
}

/** Labels in braces; nothing where there are none. */
export function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

/** The two comment lines above a metric. */
export function headerText(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
