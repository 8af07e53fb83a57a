import { isJsonObject, setOwn, setPointer, pointerOf, type JsonObject, type JsonValue } from '@sluice/schema';
import { badRequest } from './admin-answer.ts';

/** A value with a patch merged into it: objects key by key, null deletes, everything else replaces. */
export function mergePatch(value: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, JsonValue> = {};
  const base = (isJsonObject(value) ? value : {}) as JsonObject;
  for (const key of Object.keys(base)) if (!Object.hasOwn(patch, key)) setOwn(merged, key, base[key]);
  for (const [key, change] of Object.entries(patch as JsonObject)) {
    if (change !== null) setOwn(merged, key, mergePatch(Object.hasOwn(base, key) ? (base[key] ?? null) : null, change));
  }
  return merged;
}

/** A value with what a sub-path such as `upstream/nodes` leads to replaced; missing objects on the way are made. */
export function replaceSubPath(value: JsonObject, path: readonly string[], replacement: JsonValue): JsonObject {
  const replaced = setPointer(value, pointerOf(path), replacement);
  if (replaced === undefined) throw badRequest(`invalid sub-path: /${path.join('/')}`);
  return replaced as JsonObject;
}
