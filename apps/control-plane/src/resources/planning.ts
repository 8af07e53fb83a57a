import { canonicalJson, identityOf, type JsonObject } from '@sluice/schema';
import { elementHash, sameBytes } from '@sluice/sync';
import { Refusal } from '../http/refusal.ts';
import type { Sealing } from '../sealing/sealing.ts';
import type { Effect, Expectation, NextResource, StoredResource } from './change-set.ts';
import { MissingResource } from './missing-resource.ts';
import type { PreparedChange, PreparedPut } from './preparation.ts';
import { storedReferences } from './references.ts';
import { resourceErrors } from './resource.errors.ts';

/** What one change comes to, given what is stored; no effect where everything is as the change wants it. */
export interface PlannedChange {
  readonly id: string;
  readonly before: StoredResource | null;
  readonly effect: Effect | null;
}

/** What planning needs besides the change and what is stored. */
export interface PlanningMeans {
  readonly sealing: Sealing;
  readonly now: Date;
}

/** Decides what a change does to what is stored. `id` is the change's own, or the one generated for it. */
export function planChange(
  change: PreparedChange,
  id: string,
  before: StoredResource | null,
  means: PlanningMeans,
): PlannedChange {
  const kind = change.kind.name;
  if (change.op === 'delete' && !before) {
    if (change.isGoneFine) return { id, before, effect: null };
    throw new MissingResource(change.kind, id);
  }
  meetExpectation(change.expects, before);
  if (change.op === 'delete') return { id, before, effect: { kind, id, before, after: null } };
  if (change.basedOn !== undefined && before?.modifiedRevision !== change.basedOn) throw resourceErrors.VALUE_CHANGED();
  const after = nextResource(change, id, before, means);
  return { id, before, effect: after && { kind, id, before, after } };
}

function meetExpectation(expects: Expectation | undefined, before: StoredResource | null): void {
  if (!expects) return;
  if ('absent' in expects) {
    if (before) throw new Refusal('PRECONDITION_FAILED', 'There is already a resource with this id.');
  } else if (before?.modifiedRevision !== expects.revision) {
    const found = before ? `was last changed in revision ${before.modifiedRevision}` : 'does not exist';
    throw new Refusal('PRECONDITION_FAILED', `Revision ${expects.revision} is expected, but the resource ${found}.`);
  }
}

/**
 * Null where the resource is already so: under the times that it has, the bytes are the same. Otherwise it keeps its time
 * of creation, and gets a new time of change unless the content brings one along.
 */
function nextResource(
  change: PreparedPut,
  id: string,
  before: StoredResource | null,
  { sealing, now }: PlanningMeans,
): NextResource | null {
  const kind = change.kind.name;
  const { create_time: created, update_time: updated } = before ? (JSON.parse(before.body) as JsonObject) : {};
  const seconds = Math.floor(now.getTime() / 1000);
  const content = change.id === null ? { ...change.content, ...identityOf(change.kind, id) } : change.content;
  const valueAt = (time: JsonObject[string]): JsonObject =>
    change.kind.isTimed ? { create_time: created ?? seconds, update_time: time, ...content } : content;
  if (before && sameBytes(hashOf(kind, id, valueAt(updated ?? seconds)), before.hash)) {
    if (!isSameTime(before.expiresAt, change.expiresAt)) return { ...before, expiresAt: change.expiresAt };
    return null;
  }
  const value = valueAt(seconds);
  return {
    ...sealing.close(kind, id, value, change.secretPointers),
    hash: hashOf(kind, id, value),
    refs: storedReferences(change.references),
    claims: change.claims.map((claim) => claim.token),
    expiresAt: change.expiresAt,
  };
}

function hashOf(kind: string, id: string, value: JsonObject): Buffer {
  return Buffer.from(elementHash(kind, id, Buffer.from(canonicalJson(value))));
}

function isSameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}
