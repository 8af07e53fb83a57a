import { isJsonObject, type JsonObject, type KindName } from '@sluice/schema';

/** The lists of a document, named as in APISIX's standalone files, in the order in which they are written. */
export const sections: readonly (readonly [section: string, kinds: readonly KindName[]])[] = [
  ['routes', ['route']],
  ['stream_routes', ['stream_route']],
  ['services', ['service']],
  ['upstreams', ['upstream']],
  ['consumers', ['consumer', 'credential']],
  ['consumer_groups', ['consumer_group']],
  ['plugin_configs', ['plugin_config']],
  ['global_rules', ['global_rule']],
  ['plugin_metadata', ['plugin_metadata']],
  ['ssls', ['ssl']],
  ['protos', ['proto']],
  ['secrets', ['secret']],
  ['graphql_cost_decorations', ['graphql_cost_decoration']],
];

/** Entries of a document that hold no resources: what it is, what it was sealed with, what ends by itself. */
export const headerKeys = ['sluice', 'group', 'sealed', 'expires'] as const;

/** The version of the form of documents that this build writes and reads. */
export const documentVersion = 1;

const kindsBySection = new Map(sections);

/** The kinds whose resources stand in a section; undefined where there is no such section. */
export function kindsOfSection(section: string): readonly KindName[] | undefined {
  return kindsBySection.get(section);
}

/** What lives inside another resource has the path to it as its id in a document: `jack/credentials/c1`. */
const inner: Readonly<Partial<Record<KindName, string>>> = {
  credential: 'credentials',
  graphql_cost_decoration: 'graphql_cost_decorations',
};

/** A resource as it stands in its section. */
export function itemOf(kind: KindName, id: string, value: JsonObject): JsonObject {
  const between = inner[kind];
  return between === undefined ? value : { ...value, id: id.replace('/', `/${between}/`) };
}

/** What an item of a section is, as far as it says so itself. */
export interface ItemName {
  readonly kind: KindName;
  readonly id: string | undefined;
}

/** The kind of an item, and its id where it has one. */
export function nameOfItem(section: string, item: JsonObject): ItemName | undefined {
  const [kind, below] = kindsBySection.get(section) ?? [];
  if (kind === undefined) return undefined;
  const { id, username } = item;
  const given = typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
  const path = given?.split('/') ?? [];
  const lowest = below ?? kind;
  if (path.length === 3 && path[1] === inner[lowest]) return { kind: lowest, id: `${path[0]}/${path[2]}` };
  if (kind === 'consumer') return { kind, id: typeof username === 'string' ? username : undefined };
  return { kind, id: given };
}

/** Whether a value looks like a document of ours or a standalone file: a mapping that has one of the sections. */
export function isDocument(value: unknown): value is JsonObject {
  return isJsonObject(value) && ('sluice' in value || sections.some(([section]) => section in value));
}
