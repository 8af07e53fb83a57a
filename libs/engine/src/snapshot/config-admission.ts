import { type KindName, kinds, redact, resourceSecrets, secretPointers } from '@sluice/schema';
import type { ConfigStore, StoredResource } from './config-store.ts';
import type { SchemaOf } from './lookup-keys.ts';
import { decodeText, type ResourceInput } from './resource.ts';
import { type ResourceError, validate } from './validate.ts';

/** Changes that belong together: all of them are served, or none. */
export interface ChangeBatch {
  /** A snapshot replaces everything; a delta changes what it names. */
  readonly type: 'snapshot' | 'delta';
  readonly changes: readonly ResourceInput[];
}

/** A resource as it is served, secrets masked. */
export interface DumpedResource {
  readonly kind: string;
  readonly id: string;
  readonly value: unknown;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
}

/**
 * What a batch really changes of what is stored, one change per resource: the last word on each, and for a snapshot the
 * end of what it does not name.
 */
export function effectiveChanges(store: ConfigStore, { type, changes }: ChangeBatch): ResourceInput[] {
  const effective = new Map<string, ResourceInput>();
  for (const change of changes) effective.set(`${change.kind}/${change.id}`, change);
  if (type === 'snapshot') {
    for (const key of store.keys()) {
      const slash = key.indexOf('/');
      const gone = { kind: key.slice(0, slash), id: key.slice(slash + 1), body: null };
      if (!effective.has(key)) effective.set(key, { ...gone, createdRevision: 0, modifiedRevision: 0 });
    }
  }
  return store.size === 0
    ? [...effective.values()]
    : [...effective.values()].filter((change) => !isKnown(store, change));
}

function isKnown(store: ConfigStore, { kind, id, body, modifiedRevision }: ResourceInput): boolean {
  const held = store.get(kind, id);
  if (!held || !body) return held === undefined && body === null;
  return !held.isBroken && held.modifiedRevision === modifiedRevision && Buffer.compare(held.body, body) === 0;
}

/** What keeps changes from being served, one error per resource; empty where all of them may be. */
export function validateChanges(changes: Iterable<ResourceInput>, schemaOf: SchemaOf): ResourceError[] {
  const errors: ResourceError[] = [];
  for (const change of changes) {
    const error = change.body ? validate(change, decodeBody(change.body), schemaOf) : undefined;
    if (error) errors.push(error);
  }
  return errors;
}

/** A stored resource for people to see. */
export function dumpedResource(stored: StoredResource, schemaOf: SchemaOf): DumpedResource {
  const { kind, id, createdRevision, modifiedRevision } = stored;
  const value = decodeBody(stored.body);
  const known = kinds.get(kind as KindName);
  if (known) {
    const shown = redact(value, resourceSecrets(known, value, schemaOf));
    return { kind, id, value: shown, createdRevision, modifiedRevision };
  }
  // A kind without a schema: whatever its plugins call a secret is one.
  const patterns: string[] = [];
  for (const name of pluginNames(value)) {
    for (const pattern of [...(schemaOf(name)?.secrets.config ?? []), ...(schemaOf(name)?.secrets.consumer ?? [])])
      patterns.push(`plugins.${name}.${pattern}`);
  }
  return { kind, id, value: redact(value, secretPointers(value, patterns)), createdRevision, modifiedRevision };
}

function pluginNames(value: unknown): string[] {
  const plugins = (value as { plugins?: unknown } | undefined)?.plugins;
  return typeof plugins === 'object' && plugins !== null ? Object.keys(plugins) : [];
}

function decodeBody(body: Uint8Array): unknown {
  return decodeText(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
}
