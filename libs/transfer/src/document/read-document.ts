import {
  canonicalJson,
  isJsonObject,
  jsonDepthMax,
  type JsonObject,
  type JsonValue,
  type KindName,
} from '@sluice/schema';
import { derivedId } from '@sluice/sync/file';
import { documentVersion, headerKeys, kindsOfSection, nameOfItem } from './sections.ts';

/** A resource as a document has it: its value without what its id says, and where in the document it stands. */
export interface DocumentResource {
  readonly kind: KindName;
  readonly id: string;
  readonly value: JsonObject;
  /** JSON pointer, such as `/routes/3`. */
  readonly path: string;
  /** The envelope with its secrets, base64. */
  readonly sealed?: string;
  /** ISO 8601, where it ends by itself. */
  readonly expires?: string;
}

/** Something about a document that keeps it from being used. */
export interface DocumentProblem {
  readonly path: string;
  readonly message: string;
}

/** What a document says. */
export interface ReadDocument {
  /** The group that it was exported from, where it says so. */
  readonly group: string | undefined;
  readonly resources: readonly DocumentResource[];
  readonly problems: readonly DocumentProblem[];
}

/** Lists of standalone files that say which plugins are loaded; here all of them are. */
const ignored = new Set(['plugins', 'stream_plugins']);

/** Reads a document: an export of ours, or a standalone file of APISIX. Everything that is wrong is told at once. */
export function readDocument(document: JsonValue): ReadDocument {
  if (!isJsonObject(document)) return { group: undefined, resources: [], problems: [noMapping] };
  const reader = new DocumentReader(document);
  const { sluice, group } = document;
  if (sluice !== undefined && sluice !== documentVersion)
    reader.complain('/sluice', `this build reads documents of version ${documentVersion}`);
  for (const [section, items] of Object.entries(document)) reader.section(section, items);
  return {
    group: typeof group === 'string' ? group : undefined,
    resources: [...reader.resources.values()],
    problems: reader.problems,
  };
}

const noMapping = { path: '', message: 'the document is not a mapping of lists such as "routes"' };

class DocumentReader {
  readonly resources = new Map<string, DocumentResource>();
  readonly problems: DocumentProblem[] = [];
  readonly #sealed: JsonObject;
  readonly #expires: JsonObject;

  constructor({ sealed, expires }: JsonObject) {
    this.#sealed = isJsonObject(sealed) ? (sealed as JsonObject) : {};
    this.#expires = isJsonObject(expires) ? (expires as JsonObject) : {};
  }

  complain(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  section(section: string, items: JsonValue | undefined): void {
    if (ignored.has(section) || (headerKeys as readonly string[]).includes(section)) return;
    if (!kindsOfSection(section)) return this.complain(`/${section}`, `"${section}" is no kind of resource`);
    if (items === null || items === undefined) return;
    if (!Array.isArray(items)) return this.complain(`/${section}`, 'is not a list');
    items.forEach((item: JsonValue, i) => this.#item(section, item, `/${section}/${i}`));
  }

  #item(section: string, item: JsonValue, path: string): void {
    if (!isJsonObject(item)) return this.complain(path, 'is not a mapping');
    const problem = unsafe(item as JsonObject);
    if (problem !== undefined) return this.complain(path, problem);
    const name = nameOfItem(section, item as JsonObject);
    if (!name) return;
    if (name.kind === 'consumer' && name.id === undefined) return this.complain(path, 'a consumer needs a username');
    const id = name.id ?? this.#freeId(name.kind, item as JsonObject);
    const key = `${name.kind}/${id}`;
    const known = this.resources.get(key);
    if (known) return this.complain(path, `${name.kind} "${id}" stands at ${known.path} already`);
    const sealed = this.#sealed[key];
    const expires = this.#expires[key];
    this.resources.set(key, {
      kind: name.kind,
      id,
      path,
      value: item as JsonObject,
      ...(typeof sealed === 'string' && { sealed }),
      ...(typeof expires === 'string' && { expires }),
    });
  }

  #freeId(kind: KindName, item: JsonObject): string {
    const id = derivedId(kind, item);
    let free = id;
    for (let n = 2; this.resources.has(`${kind}/${free}`); n += 1) free = `${id}-${n}`;
    return free;
  }
}

/** Numbers such as NaN have no place in a resource, nor has what is nested without end, or a variable that stayed one. */
function unsafe(item: JsonObject): string | undefined {
  try {
    if (depthOf(item) > jsonDepthMax) return 'is nested too deep';
    const [variable] = /\$\{\{[^}]{0,64}\}\}/.exec(canonicalJson(item)) ?? [];
    return variable && `holds the variable ${variable}, which has to be filled in before`;
  } catch (error) {
    return `holds a value that is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function depthOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map((member) => depthOf(member as JsonValue)));
}
