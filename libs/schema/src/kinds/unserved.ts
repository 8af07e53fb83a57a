import type { KindName } from '../define/kind.ts';
import { isJsonObject } from '../json/json-value.ts';
import { pointerOf } from '../json/pointer.ts';
import { parseSecretReference } from '../validate/secret-reference.ts';
import { secretManagers } from './secret.ts';

/** A field that the schemas know and this build cannot serve yet. */
interface Unserved {
  readonly kinds: readonly KindName[];
  /** Dotted path; `*` is any key. */
  readonly path: string;
  /** Which values are not served; all of them unless it says otherwise. */
  readonly when?: (value: unknown) => boolean;
  readonly reason: string;
}

const balancers: ReadonlySet<unknown> = new Set(['roundrobin', 'chash', 'least_conn', 'ewma']);

const discoveries: ReadonlySet<unknown> = new Set(['dns']);

const schemes: ReadonlySet<unknown> = new Set(['http', 'https', 'grpc', 'grpcs']);

const ofUpstreams: readonly Omit<Unserved, 'kinds'>[] = [
  {
    path: 'discovery_type',
    when: (value) => !discoveries.has(value),
    reason: 'services are found by dns',
  },
  { path: 'discovery_args', reason: 'the discovery by dns takes none' },
  {
    path: 'type',
    when: (value) => !balancers.has(value),
    reason: 'nodes are chosen by roundrobin, chash, least_conn or ewma',
  },
  {
    path: 'scheme',
    when: (value) => !schemes.has(value),
    reason: 'upstreams are reached by http, https, grpc or grpcs',
  },
];

/**
 * What is refused although the schema allows it, at write and in a file alike, so that nothing is taken that would silently
 * do nothing. The table shrinks as the engine grows.
 */
const unserved: readonly Unserved[] = [
  ...ofUpstreams.map((entry) => ({ ...entry, kinds: ['upstream'] as const })),
  ...ofUpstreams.map((entry) => ({ ...entry, path: `upstream.${entry.path}`, kinds: ['route', 'service'] as const })),
  { kinds: ['route', 'service'], path: 'script', reason: 'scripts are not run' },
  { kinds: ['route'], path: 'script_id', reason: 'scripts are not run' },
];

/** A field of a kind that is refused: with any value, or with those that `isRefused` says. */
export interface UnservedField {
  /** Dotted path; `*` is any key. */
  readonly path: string;
  /** Undefined where every value is refused. */
  readonly isRefused: ((value: unknown) => boolean) | undefined;
}

/** The fields of a kind that a form need not offer, since a write that has them is refused. */
export function unservedFields(kind: string): UnservedField[] {
  const own = unserved.filter(({ kinds }) => kinds.some((name) => name === kind));
  return own.map(({ path, when }) => ({ path, isRefused: when }));
}

const referenceForms = '$env://<variable>[/<JSON key>] or $secret://vault/<id>/<name>/<key>';

/** The first field of a value that this build cannot serve: where it is, and what to tell the sender. */
export function findUnserved(kind: KindName, value: unknown): { field: string; message: string } | undefined {
  for (const entry of unserved) {
    if (!entry.kinds.includes(kind)) continue;
    const keys = findKeys(value, entry.path.split('.'), entry.when ?? (() => true));
    if (keys) return refusalOf(keys, entry.reason);
  }
  const reference = isJsonObject(value) ? referenceIn(kind, value) : undefined;
  return reference && refusalOf(reference, `references to secrets have the form ${referenceForms}`);
}

function referenceIn(kind: KindName, value: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  return kind === 'ssl' ? findReference(value, []) : findReference(value['plugins'], ['plugins']);
}

function refusalOf(keys: readonly string[], reason: string): { field: string; message: string } {
  return { field: pointerOf(keys), message: `property "${keys.join('.')}" is not served: ${reason}` };
}

/** Where a reference stands that no data plane could resolve. */
function findReference(value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'string') return isUnresolvable(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = findReference(inner, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function isUnresolvable(text: string): boolean {
  const parsed = parseSecretReference(text);
  if (parsed === undefined) return false;
  if ('problem' in parsed) return true;
  return parsed.store === 'managed' && !secretManagers.some((manager) => parsed.resourceId.startsWith(`${manager}/`));
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
