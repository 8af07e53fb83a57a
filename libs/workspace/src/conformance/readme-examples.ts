import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, type PluginSchema, withDefaults } from '@sluice/schema';

/** A fenced example of a README. What it is an example of stands behind `json`; a configuration unless it says otherwise. */
export interface ReadmeExample {
  readonly of: string;
  readonly text: string;
}

/** All fenced `json` examples in the README of a folder. */
export function readmeExamples(folder: string): ReadmeExample[] {
  const fences = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^```json(?: (\w+))?\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, of = 'config', text = '']) => ({ of, text }));
}

/** What is wrong with an example; undefined when a user may copy it. `lookup` knows the plugins that an example may hold. */
export function exampleProblem(
  { of, text }: ReadmeExample,
  plugin: PluginSchema,
  lookup: (name: string) => PluginSchema | undefined = () => undefined,
): string | undefined {
  const schemas = { config: plugin.config, consumer: plugin.consumer, metadata: plugin.metadata };
  const schema = Object.hasOwn(schemas, of) ? schemas[of as keyof typeof schemas] : undefined;
  if (schema === undefined) return `The plugin has no schema for "${of}".`;
  const value: unknown = JSON.parse(text);
  const issue = check(schema, value);
  if (issue) return issue.message;
  return of === 'config' ? plugin.extraChecks?.(withDefaults(plugin.config, value), { plugin: lookup }) : undefined;
}
