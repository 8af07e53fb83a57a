import { createHash } from 'node:crypto';
import type { AnyPlugin } from '@sluice/plugin-kit';
import { canonicalJson, type JsonValue, kinds } from '@sluice/schema';
import { catalogue } from './catalogue.ts';
import { version } from './version.ts';

/** Plugin name -> SHA-256 of what can be configured: by it the control plane knows what this data plane can run. */
export function catalogueHashes(plugins: readonly AnyPlugin[]): Record<string, string> {
  return Object.fromEntries(
    plugins.map(({ schema }) => [schema.name, hashOf([schema.config, schema.consumer ?? null])]),
  );
}

function nameOfChecks(plugins: readonly AnyPlugin[]): string {
  const schemas = [...kinds.values()].map(({ name, schema }) => [name, schema]);
  const metadata = plugins.map(({ schema }) => schema.metadata ?? null);
  return `${version}-${hashOf([schemas, metadata, catalogueHashes(plugins)]).slice(0, 32)}`;
}

function hashOf(schemas: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(schemas as JsonValue))
    .digest('hex');
}

/** Names what this build takes for valid: another version, kind or plugin gives another name. */
export const thisBuild = nameOfChecks(catalogue);
