import type { Settings } from './define-settings.ts';

interface Described {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
}

/** The reference table of the settings in Markdown: variable, key in the file, type, default, meaning. */
export function settingsTable(settings: Settings): string {
  const rows = Object.entries(settings).map(([key, { env, schema }]) => {
    const { type = '', enum: options, default: fallback, description = '' } = schema as Described;
    const kind = options ? options.map((option) => `\`${String(option)}\``).join(', ') : type;
    return `| ${env ? `\`${env}\`` : 'file only'} | \`${key}\` | ${kind} | ${shown(fallback)} | ${description} |`;
  });
  return [
    '| Variable | Key in the file | Type | Default | Meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function shown(fallback: unknown): string {
  return fallback === undefined ? '' : `\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``;
}
