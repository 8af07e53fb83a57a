import type { KindName } from '@sluice/schema';
import { etcdErrors } from './etcd.errors.ts';

/** A resource by its kind and id. A resource below another one has both ids: `jack/c1`, `vault/1`, `s1/d1`. */
export interface ResourceName {
  readonly kind: KindName;
  readonly id: string;
}

/** From the first key to the one before `range_end`, as etcd takes it. */
export interface KeyRange {
  readonly key: Buffer;
  readonly range_end: Buffer;
}

/** The path of each kind below the prefix, as APISIX has it; `*` stands for an id or a part of one. */
const paths: Readonly<Record<KindName, string>> = {
  route: 'routes/*',
  service: 'services/*',
  upstream: 'upstreams/*',
  consumer: 'consumers/*',
  credential: 'consumers/*/credentials/*',
  consumer_group: 'consumer_groups/*',
  plugin_config: 'plugin_configs/*',
  global_rule: 'global_rules/*',
  ssl: 'ssls/*',
  proto: 'protos/*',
  stream_route: 'stream_routes/*',
  secret: 'secrets/*/*',
  plugin_metadata: 'plugin_metadata/*',
  graphql_cost_decoration: 'services/*/graphql_cost_decorations/*',
};

const kindByPath = new Map(Object.entries(paths).map(([kind, path]) => [path, kind as KindName]));

/**
 * Where a gateway group's resources and our own keys stand in etcd: resources exactly as APISIX stores them, so that each
 * reads what the other has written. The prefix is always compared with its slash: `/apisix2/routes/1` is not ours.
 */
export class KeyLayout {
  readonly prefix: string;
  readonly headKey: string;
  readonly stagingKey: string;
  readonly #start: string;

  constructor(prefix: string) {
    if (!/^\/.*[^/]$/.test(prefix)) throw etcdErrors.ETCD_SETTINGS('a prefix begins with a slash and ends without one');
    this.prefix = prefix;
    this.#start = `${prefix}/`;
    this.headKey = `${prefix}/sluice/head`;
    this.stagingKey = `${prefix}/sluice/staging`;
  }

  /** Everything below the prefix. */
  get range(): KeyRange {
    return rangeBelow(this.#start);
  }

  /** Our own keys. */
  get ownRange(): KeyRange {
    return rangeBelow(`${this.prefix}/sluice/`);
  }

  keyOf(kind: string, id: string): string {
    const path = Object.hasOwn(paths, kind) ? paths[kind as KindName] : undefined;
    const ids = id.split('/');
    if (path === undefined || ids.includes('') || ids.length !== path.split('*').length - 1)
      throw etcdErrors.ETCD_SETTINGS(`there is no key for ${kind} ${id}`);
    let next = 0;
    return this.#start + path.replaceAll('*', () => ids[next++] ?? '');
  }

  /** The resource that a key holds, or undefined where the key is none of a resource. */
  resourceAt(key: string): ResourceName | undefined {
    if (!key.startsWith(this.#start)) return undefined;
    const [plural = '', first, below, second, ...rest] = key.slice(this.#start.length).split('/');
    if (!first || rest.length > 0) return undefined;
    if (below === undefined) return named(`${plural}/*`, first);
    if (plural === 'secrets' && second === undefined && below) return named('secrets/*/*', `${first}/${below}`);
    return second ? named(`${plural}/*/${below}/*`, `${first}/${second}`) : undefined;
  }
}

function named(path: string, id: string): ResourceName | undefined {
  const kind = kindByPath.get(path);
  return kind && { kind, id };
}

/** All keys that begin with a text that ends in a slash: 0 is the character after it. */
function rangeBelow(start: string): KeyRange {
  return { key: Buffer.from(start), range_end: Buffer.from(`${start.slice(0, -1)}0`) };
}
