import { isDeepStrictEqual } from 'node:util';

/** Resources by the plural of their kind, each with its whole id. */
export type Declaration = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Every kind before those that refer to it. */
const order = [
  'secrets',
  'ssls',
  'protos',
  'upstreams',
  'services',
  'graphql_cost_decorations',
  'consumer_groups',
  'consumers',
  'credentials',
  'plugin_configs',
  'plugin_metadata',
  'global_rules',
  'stream_routes',
  'routes',
];
const parents: Readonly<Record<string, string>> = { credentials: 'consumers', graphql_cost_decorations: 'services' };

type Value = Readonly<Record<string, unknown>>;

/** A client that keeps a gateway as a declaration says, by the calls that such tools are known to make. */
export class Declared {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, key: string) {
    this.#url = `${url}/apisix/admin/`;
    this.#headers = { 'X-API-KEY': key, 'content-type': 'application/json' };
  }

  /** The version that the server claims to be compatible with. */
  async version(): Promise<string | undefined> {
    const response = await fetch(`${this.#url}routes`, { headers: this.#headers });
    return /APISIX\/(\S+)/.exec(response.headers.get('server') ?? '')?.[1];
  }

  schema(name: string): Promise<unknown> {
    return this.#call('GET', `schema/${name}`);
  }

  empty(): Map<string, Value> {
    return new Map();
  }

  /** Everything that is there, by path; without what the server adds. */
  async dump(): Promise<Map<string, Value>> {
    const found = this.empty();
    for (const plural of order) {
      if (parents[plural] !== undefined) continue;
      for (const [path, value] of await this.#list(plural)) {
        found.set(path, value);
        for (const [below, child] of await this.#listInside(plural, path)) found.set(below, child);
      }
    }
    return found;
  }

  async #listInside(plural: string, path: string): Promise<[string, Value][]> {
    const inside = Object.keys(parents).find((child) => parents[child] === plural);
    return inside === undefined ? [] : this.#list(`${path}/${inside}`);
  }

  /** Paths that have to be written or deleted, in the order in which that works. */
  async difference(wanted: Declaration): Promise<{ put: string[]; deleted: string[] }> {
    const [there, declared] = [await this.dump(), declaredPaths(wanted)];
    const put = [...declared].filter(([path, value]) => !deepEqual(there.get(path), value)).map(([path]) => path);
    const deleted = [...there.keys()].filter((path) => !declared.has(path)).toSorted(usersFirst);
    return { put, deleted };
  }

  async sync(wanted: Declaration): Promise<void> {
    const { put, deleted } = await this.difference(wanted);
    const declared = declaredPaths(wanted);
    for (const path of deleted) await this.#call('DELETE', path);
    for (const path of put) await this.#call('PUT', path, declared.get(path));
  }

  async #list(path: string): Promise<[string, Value][]> {
    const { list = [] } = (await this.#call('GET', path)) as { list?: { key: string; value: Value }[] };
    return list.map(({ key, value: { create_time: _c, update_time: _u, ...value } }) => [
      key.slice('/apisix/'.length),
      value,
    ]);
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(this.#url + path, { method, headers: this.#headers, ...sent });
    const text = await response.text();
    const isListOfNothing = method === 'GET' && response.status === 404;
    if (!response.ok && !isListOfNothing) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

/** Whether two values say the same. */
export function deepEqual(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

function declaredPaths(wanted: Declaration): Map<string, Value> {
  const paths = new Map<string, Value>();
  for (const plural of order) {
    for (const value of wanted[plural] ?? []) {
      const id = String(value['username'] ?? value['id']);
      const [parent, own] = id.split('/');
      const isInside = parents[plural] !== undefined;
      const path = isInside ? `${parents[plural]}/${parent}/${plural}/${own}` : `${plural}/${id}`;
      const inside = { ...value, id: own, ...(plural === 'graphql_cost_decorations' && { service_id: parent }) };
      paths.set(path, isInside ? inside : value);
    }
  }
  return paths;
}

/** Deleting goes the other way than writing. */
function usersFirst(a: string, b: string): number {
  const rank = (path: string): number => {
    const [plural = '', , inside] = path.split('/');
    return order.indexOf(inside !== undefined && parents[inside] === plural ? inside : plural);
  };
  return rank(b) - rank(a);
}
