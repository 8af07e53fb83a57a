import type { JsonObject } from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';
import { keyOf } from './change-set.ts';
import type { Demand, IntegrityScope } from './integrity.ts';
import { findResources } from './resource-rows.ts';

/** Throws a Refusal where a field is neither in a configuration nor, after the demands, in the metadata. */
export async function requireFallbacks({ db, groupId }: IntegrityScope, demands: readonly Demand[]): Promise<void> {
  const wanting = demands.filter(({ fallbacks = [] }) => fallbacks.length > 0);
  if (wanting.length === 0) return;
  const names = new Set(wanting.flatMap(({ fallbacks = [] }) => fallbacks.map(({ plugin }) => plugin)));
  const stored = await findResources(db, groupId, [...names].map(metadataOf));
  const bodies = new Map([...stored].map(([key, { body }]) => [key, body as string | undefined]));
  for (const { effect } of demands) bodies.set(keyOf(effect), effect.after?.body);
  for (const { fallbacks = [], path } of wanting) {
    const missing = fallbacks.find(({ plugin, field }) => !hasField(bodies.get(keyOf(metadataOf(plugin))), field));
    if (!missing) continue;
    throw new Refusal('INVALID', missing.refusal, { field: missing.pointer }).within(path);
  }
}

function metadataOf(plugin: string): { kind: 'plugin_metadata'; id: string } {
  return { kind: 'plugin_metadata', id: plugin };
}

function hasField(body: string | undefined, field: string): boolean {
  return body !== undefined && (JSON.parse(body) as JsonObject)[field] !== undefined;
}
