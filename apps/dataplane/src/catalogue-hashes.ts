import { createHash } from 'node:crypto';
import type { AnyPlugin } from '@sluice/plugin-kit';
import { canonicalJson, type JsonValue } from '@sluice/schema';

/** Plugin name -> SHA-256 of what can be configured: by it the control plane knows what this data plane can run. */
export function catalogueHashes(plugins: readonly AnyPlugin[]): Record<string, string> {
  return Object.fromEntries(
    plugins.map(({ schema }) => [schema.name, hashOf([schema.config, schema.consumer ?? null])]),
  );
}

function hashOf(schemas: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(schemas as JsonValue))
    .digest('hex');
}
