import { isJsonObject, isSecretReference, pointerOf, type KindName } from '@sluice/schema';

/** A field that the schemas know and this build cannot serve yet. */
interface Unserved {
  readonly kinds: readonly KindName[];
  /** Dotted path; `*` is any key. */
  readonly path: string;
  /** Which values are not served; all of them unless it says otherwise. */
  readonly when?: (value: unknown) => boolean;
  readonly reason: string;
}

const isNot =
  (served: unknown) =>
  (value: unknown): boolean =>
    value !== served;

const ofUpstreams: readonly Omit<Unserved, 'kinds'>[] = [
  { path: 'service_name', reason: 'upstream nodes are listed by hand, there is no service discovery' },
  { path: 'discovery_type', reason: 'upstream nodes are listed by hand, there is no service discovery' },
  { path: 'checks', reason: 'upstream nodes are not checked for health' },
  { path: 'type', when: isNot('roundrobin'), reason: 'upstream nodes take turns (roundrobin)' },
  { path: 'scheme', when: isNot('http'), reason: 'upstreams are reached over plain HTTP' },
  { path: 'tls', reason: 'upstreams are reached over plain HTTP' },
];

/**
 * What is refused at write although the schema allows it, so that nothing is stored that would silently do nothing. The
 * table shrinks as the engine grows.
 */
const unserved: readonly Unserved[] = [
  ...ofUpstreams.map((entry) => ({ ...entry, kinds: ['upstream'] as const })),
  ...ofUpstreams.map((entry) => ({ ...entry, path: `upstream.${entry.path}`, kinds: ['route', 'service'] as const })),
  { kinds: ['route', 'service'], path: 'script', reason: 'scripts are not run' },
  { kinds: ['route'], path: 'script_id', reason: 'scripts are not run' },
  { kinds: ['route'], path: 'filter_func', reason: 'functions in the configuration are not run' },
  {
    kinds: ['route', 'service'],
    path: 'enable_websocket',
    when: (value) => value === true,
    reason: 'WebSocket connections are not proxied',
  },
  { kinds: ['consumer'], path: 'group_id', reason: 'there are no consumer groups' },
  {
    kinds: ['route', 'service', 'plugin_config', 'global_rule', 'consumer'],
    path: 'plugins.*._meta.pre_function',
    reason: 'functions in the configuration are not run',
  },
];

/** The first field of a value that this build cannot serve: where it is, and what to tell the sender. */
export function findUnserved(kind: KindName, value: unknown): { field: string; message: string } | undefined {
  for (const entry of unserved) {
    if (!entry.kinds.includes(kind)) continue;
    const keys = findKeys(value, entry.path.split('.'), entry.when ?? (() => true));
    if (keys) return refusalOf(keys, entry.reason);
  }
  // A reference that nobody resolves would itself become the key or password.
  const reference = isJsonObject(value) ? referenceIn(kind, value) : undefined;
  return reference && refusalOf(reference, 'references to secrets kept elsewhere are not resolved');
}

function referenceIn(kind: KindName, value: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  return kind === 'ssl' ? findReference(value, []) : findReference(value['plugins'], ['plugins']);
}

function refusalOf(keys: readonly string[], reason: string): { field: string; message: string } {
  return { field: pointerOf(keys), message: `property "${keys.join('.')}" is not served: ${reason}` };
}

function findReference(value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'string') return isSecretReference(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = findReference(inner, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function findKeys(value: unknown, path: readonly string[], when: (value: unknown) => boolean): string[] | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return when(value) ? [] : undefined;
  if (!isJsonObject(value)) return undefined;
  for (const name of key === '*' ? Object.keys(value) : [key]) {
    const found = Object.hasOwn(value, name) ? findKeys(value[name], rest, when) : undefined;
    if (found) return [name, ...found];
  }
  return undefined;
}
