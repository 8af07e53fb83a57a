import type { JsonObject, KindName } from '@sluice/schema';
import type { DocumentResource } from '../document/read-document.ts';

/** Something that a reader of a conversion has to know. */
export interface ConversionRemark {
  /** `dropped`: has no counterpart. `changed`: has one that is not quite the same. `note`: good to know. */
  readonly level: 'dropped' | 'changed' | 'note';
  /** JSON pointer into the source. */
  readonly path: string;
  readonly message: string;
}

/** What became of a foreign configuration. */
export interface Converted {
  readonly resources: readonly DocumentResource[];
  readonly report: readonly ConversionRemark[];
}

/** Whether this installation has a plugin. */
export type HasPlugin = (name: string) => boolean;

const ID_LENGTH_MAX = 64;

/** Gathers what becomes of a foreign configuration. */
export class Conversion {
  readonly hasPlugin: HasPlugin;
  readonly #resources = new Map<string, DocumentResource>();
  readonly #report: ConversionRemark[] = [];

  constructor(hasPlugin: HasPlugin) {
    this.hasPlugin = hasPlugin;
  }

  /** Adds a resource under a free id that resembles the wanted one, and answers that id. */
  add(kind: KindName, wanted: string, value: JsonObject, path: string): string {
    const id = this.freeId(kind, wanted);
    this.set(kind, id, value, path);
    return id;
  }

  /** Adds a resource under exactly this id. */
  set(kind: KindName, id: string, value: JsonObject, path: string): void {
    this.#resources.set(`${kind}/${id}`, { kind, id, value, path });
  }

  /** An id that nothing of the kind has yet; of what lives in another resource, nothing in that one. */
  freeId(kind: KindName, wanted: string, parent?: string): string {
    const base = slug(wanted) || kind;
    const place = parent === undefined ? kind : `${kind}/${parent}`;
    let id = base;
    for (let n = 2; this.#resources.has(`${place}/${id}`); n += 1) id = `${base.slice(0, ID_LENGTH_MAX - 6)}-${n}`;
    return id;
  }

  dropped(path: string, message: string): void {
    this.#report.push({ level: 'dropped', path, message });
  }

  changed(path: string, message: string): void {
    this.#report.push({ level: 'changed', path, message });
  }

  note(path: string, message: string): void {
    this.#report.push({ level: 'note', path, message });
  }

  finish(): Converted {
    return { resources: [...this.#resources.values()], report: this.#report };
  }
}

/** A name as an id: letters, digits, hyphens, underscores and dots. */
export function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, ID_LENGTH_MAX);
}

/** A mapping without the members that are undefined. */
export function compact(members: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}
