import type { JsonRecord, Kind, Resource } from '../../api/types.ts';

/** Fields that the control plane sets; sending them back is allowed, editing them is not offered. */
export const managedFields = ['create_time', 'update_time'] as const;

/** The value of a copy: everything but what makes the original that one resource. */
export function copyOf({ value }: Resource, kind: Pick<Kind, 'id_field'>): JsonRecord {
  const identity = new Set<string>(['id', kind.id_field, ...managedFields]);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !identity.has(key)));
}

/** The id that a draft asks for; undefined where the control plane shall choose one. */
export function idOf(draft: JsonRecord, { id_field, within }: Pick<Kind, 'id_field' | 'within'>): string | undefined {
  const id = draft[id_field];
  if (id === undefined || id === '') return undefined;
  return within === undefined ? String(id) : `${within}/${String(id)}`;
}

/** The ids that make up that of a resource inside another one; undefined for what lives on its own. */
export function nestedId(kind: Pick<Kind, 'parent'>, id: string): { parent: string; own: string } | undefined {
  const at = id.indexOf('/');
  return kind.parent && at > 0 ? { parent: id.slice(0, at), own: id.slice(at + 1) } : undefined;
}

const newIdBytes = 8;

/** An id for a resource whose id nobody chose; the control plane's own counter is asked only when something goes live. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(newIdBytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Why a draft cannot be saved for want of an id; undefined where it can. */
export function missingId(draft: JsonRecord, kind: Pick<Kind, 'id_field' | 'methods' | 'within'>): string | undefined {
  const isChosenForIt = kind.methods.includes('POST') && kind.within === undefined;
  if (idOf(draft, kind) !== undefined || isChosenForIt) return undefined;
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
