import type { JsonRecord, Kind, Resource } from '../../api/types.ts';

/** Fields that the control plane sets; sending them back is allowed, editing them is not offered. */
export const managedFields = ['create_time', 'update_time'] as const;

/** The value of a copy: everything but what makes the original that one resource. */
export function copyOf({ value }: Resource, kind: Pick<Kind, 'id_field'>): JsonRecord {
  const identity = new Set<string>(['id', kind.id_field, ...managedFields]);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !identity.has(key)));
}

/** The id that a draft asks for; undefined where the control plane shall choose one. */
export function idOf(draft: JsonRecord, kind: Pick<Kind, 'id_field'>): string | undefined {
  const id = draft[kind.id_field];
  return id === undefined || id === '' ? undefined : String(id);
}

/** Why a draft cannot be saved for want of an id; undefined where it can. */
export function missingId(draft: JsonRecord, kind: Pick<Kind, 'id_field' | 'methods'>): string | undefined {
  if (idOf(draft, kind) !== undefined || kind.methods.includes('POST')) return undefined;
  return 'This kind needs an id of your choice.';
}

/** Drafts that were left without being saved, by page: a session that ends must not take an hour's work with it. */
const kept = new Map<string, JsonRecord>();

/** Unsaved work of this browser tab; never stored, since a draft may hold a new secret. */
export const draftKeeper = {
  keep: (page: string, draft: JsonRecord) => void kept.set(page, draft),
  forget: (page: string) => void kept.delete(page),
  find: (page: string) => kept.get(page),
};
