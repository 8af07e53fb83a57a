import type { JsonObject } from '@sluice/schema';
import { isJsonObject } from '@sluice/schema';
import type { Sealing } from '../sealing/sealing.ts';
import { isPresent, type Version } from './version-rows.ts';

/**
 * A part of a resource twice: as it is, for comparing, and as it may be shown, secrets masked. Both have the same shape; they
 * are the very same value where nothing inside is secret.
 */
export interface ShownValue {
  readonly open: unknown;
  readonly shown: unknown;
}

/** The value of a stored version; undefined where the resource was not there. */
export function shownValueOf(version: Version, sealing: Sealing): ShownValue | undefined {
  if (!isPresent(version)) return undefined;
  const shown = JSON.parse(version.body) as JsonObject;
  return { shown, open: version.sealed ? sealing.openValue(version) : shown };
}

/** The same without the times of creation and change, which say nothing that history does not. */
export function withoutTimes({ open, shown }: ShownValue): ShownValue {
  if (!isJsonObject(open) || !isJsonObject(shown)) return { open, shown };
  const { create_time: _created, update_time: _updated, ...rest } = open;
  if (open === shown) return { open: rest, shown: rest };
  const { create_time: _shownCreated, update_time: _shownUpdated, ...shownRest } = shown;
  return { open: rest, shown: shownRest };
}

/** What stands under a key or an index of an object or array. */
export function childOf({ open, shown }: ShownValue, key: string | number): ShownValue {
  if (open === shown) {
    const child = (open as Record<string | number, unknown>)[key];
    return { open: child, shown: child };
  }
  const [own, seen] = [open as Record<string | number, unknown>, shown as Record<string | number, unknown>];
  return { open: own[key], shown: seen[key] };
}

/** Whether a value is a secret itself, not something around one. */
export function isSecret({ open, shown }: ShownValue): boolean {
  return open !== shown && (typeof open !== 'object' || open === null);
}
