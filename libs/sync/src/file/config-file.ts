import { createHash } from 'node:crypto';
import {
  canonicalJson,
  findUnserved,
  identityOf,
  isJsonObject,
  type JsonValue,
  type KindName,
  kinds,
  pointerKeys,
  redacted,
} from '@sluice/schema';
import { type FileProblem, isComplete, parseFile } from './file-text.ts';

export type { FileProblem } from './file-text.ts';

/** A resource of a file. */
export interface FileResource {
  readonly kind: KindName;
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Its place, such as `routes.3`. */
  readonly keys: readonly [string, number];
}

/** What a file says. With problems, there are no resources: a part of a configuration is not the configuration. */
export interface ConfigFile {
  readonly resources: readonly FileResource[];
  readonly problems: readonly FileProblem[];
  /** The line at which what stands at these keys begins. */
  lineOf(keys: readonly (string | number)[]): number | undefined;
}

/** The lists of a file, as APISIX names them. */
const kindsByList: ReadonlyMap<string, KindName> = new Map<string, KindName>([
  ['routes', 'route'],
  ['services', 'service'],
  ['upstreams', 'upstream'],
  ['consumers', 'consumer'],
  ['consumer_groups', 'consumer_group'],
  ['plugin_configs', 'plugin_config'],
  ['global_rules', 'global_rule'],
  ['ssls', 'ssl'],
  ['protos', 'proto'],
  ['stream_routes', 'stream_route'],
  ['plugin_metadata', 'plugin_metadata'],
  ['secrets', 'secret'],
]);

/**
 * What other readers of such files use: which plugins are loaded, and what an export of a control plane says about itself.
 * Cost decorations are not read from files.
 */
const ignoredLists: ReadonlySet<string> = new Set([
  'plugins',
  'sluice',
  'group',
  'sealed',
  'expires',
  'graphql_cost_decorations',
]);

/** How a file is to be read. */
export interface ReadOptions {
  /** JSON is complete when it can be parsed; YAML when it ends in `#END`. */
  readonly isJson: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Lets secrets pass that an export has left out; whoever serves them would serve a secret that everybody knows. */
  readonly passesRedactions?: boolean;
}

const nothing: Pick<ConfigFile, 'resources' | 'lineOf'> = { resources: [], lineOf: () => undefined };

/** Reads a standalone file in APISIX's format. */
export function readConfigFile(text: string, { isJson, env, passesRedactions = false }: ReadOptions): ConfigFile {
  if (!isJson && !isComplete(text))
    return { ...nothing, problems: [{ message: 'the file does not end in a line "#END", so it may not be complete' }] };
  const { value, problems, lineOf } = parseFile(text, env);
  if (problems.length > 0) return { ...nothing, problems, lineOf };
  if (!isJsonObject(value ?? {})) return { ...nothing, problems: [{ message: 'the file is no mapping', line: 1 }] };
  return resourcesOf((value ?? {}) as Record<string, unknown>, lineOf, passesRedactions);
}

function resourcesOf(
  lists: Record<string, unknown>,
  lineOf: ConfigFile['lineOf'],
  passesRedactions: boolean,
): ConfigFile {
  const problems: FileProblem[] = [];
  const resources = new Map<string, FileResource>();
  const complain = (message: string, keys: readonly (string | number)[]): void =>
    void problems.push({ message, line: lineOf(keys), path: keys.join('.') });
  for (const [list, items] of Object.entries(lists)) {
    const kind = kindsByList.get(list);
    if (ignoredLists.has(list) || items === null) continue;
    if (kind === undefined) complain(`"${list}" is no kind of resource`, [list]);
    else if (!Array.isArray(items)) complain('is not a list', [list]);
    else
      items.forEach((item: unknown, i) =>
        addResource({ kind, item, keys: [list, i], resources, complain, passesRedactions }),
      );
  }
  return { resources: problems.length > 0 ? [] : [...resources.values()], problems, lineOf };
}

interface Addition {
  readonly kind: KindName;
  readonly item: unknown;
  readonly keys: readonly [string, number];
  readonly resources: Map<string, FileResource>;
  readonly passesRedactions: boolean;
  complain(message: string, keys: readonly (string | number)[]): void;
}

function addResource({ kind, item, keys, resources, complain, passesRedactions }: Addition): void {
  if (!isJsonObject(item)) return complain('is not a mapping', keys);
  if (!isSafe(item)) return complain('holds a value that is no JSON', keys);
  const { kind: ownKind, id: ownId } = nameOf(kind, item) ?? { kind };
  // A route that silently leaves its script out is worse than no route.
  const unserved = findUnserved(ownKind, item);
  if (unserved) return complain(unserved.message, [...keys, ...pointerKeys(unserved.field)]);
  const left = passesRedactions ? undefined : redactedFields(item)[0];
  if (left) return complain(leftOut, [...keys, ...left]);
  const id = ownId ?? freeId(resources, derivedId(kind, item));
  const resource = { kind: ownKind, id, value: withId(ownKind, id, item), keys };
  const key = `${ownKind}/${id}`;
  if (resources.has(key)) return complain(`the id ${id} is there twice`, keys);
  resources.set(key, resource);
}

/** What is said of a secret that an export has left out. */
export const leftOut = 'the secret was left out of an export: write it here, or a variable such as ${{NAME}}';

/** Where in a value secrets were left out. */
export function redactedFields(value: unknown, keys: readonly string[] = []): (readonly string[])[] {
  if (value === redacted) return [keys];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => redactedFields(member, [...keys, key]));
}

/** Numbers such as NaN, and dates, have no place in a resource. */
function isSafe(item: object): boolean {
  try {
    return canonicalJson(item as JsonValue) !== '';
  } catch {
    // Whatever it is that cannot be written: the place is what helps.
    return false;
  }
}

/** A consumer is known by its name; a credential stands among the consumers with its own path as id. */
function nameOf(kind: KindName, item: Record<string, unknown>): { id?: string; kind: KindName } | undefined {
  const { id, username } = item;
  if (kind === 'consumer') {
    const credential = typeof id === 'string' ? /^([^/]+)\/credentials\/([^/]+)$/.exec(id) : null;
    if (credential) return { kind: 'credential', id: `${credential[1]}/${credential[2]}` };
    return typeof username === 'string' ? { kind, id: username } : undefined;
  }
  return typeof id === 'string' || typeof id === 'number' ? { kind, id: String(id) } : undefined;
}

/** What tells a resource without an id from others of its kind, whatever else about it changes. */
const identity = ['name', 'uri', 'uris', 'host', 'hosts', 'methods', 'remote_addr', 'remote_addrs', 'vars', 'priority'];

/** An id for a resource that has none: the same for the same resource wherever it stands, so that an edit of one does not look like an edit of all. */
export function derivedId(kind: KindName, item: Record<string, unknown>): string {
  const known = identity.filter((field) => item[field] !== undefined);
  const said = known.length === 0 ? item : Object.fromEntries(known.map((field) => [field, item[field]]));
  return `${kind}-${createHash('sha256')
    .update(canonicalJson(said as JsonValue))
    .digest('hex')
    .slice(0, 12)}`;
}

function freeId(resources: ReadonlyMap<string, FileResource>, id: string): string {
  const [kind] = id.split('-');
  let free = id;
  for (let n = 2; resources.has(`${kind}/${free}`); n += 1) free = `${id}-${n}`;
  return free;
}

/** The value under the id that it is known by; that of a consumer is its name. */
function withId(name: KindName, id: string, item: Record<string, unknown>): Record<string, unknown> {
  const kind = kinds.get(name);
  const { id: _said, ...rest } = item;
  return kind && (name !== 'consumer' || rest['username'] !== undefined) ? { ...rest, ...identityOf(kind, id) } : rest;
}
