import { setImmediate as breathe } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  canonicalJson,
  isJsonObject,
  type JsonObject,
  kinds,
  type KindName,
  type ResourceKind,
  restoreRedacted,
} from '@sluice/schema';
import { DataSource } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.ts';
import type { RefusalIssue } from '../http/refusal.ts';
import { type Change, keyOf, type StoredResource } from '../resources/change-set.ts';
import type { Group } from '../resources/groups.ts';
import { findResources, resourceColumns } from '../resources/resource-rows.ts';
import { Sealing } from '../sealing/sealing.ts';
import { type DesiredResource, type DesiredState, nameOf, type PruneScope } from './desired-state.ts';
import { openSealed } from './sealed-secrets.ts';

/** A change that leads to a desired state, and where in what was sent it was asked for. */
export interface PlannedStep {
  readonly change: Change;
  readonly path: string;
}

/** What leads from what is stored to a desired state. */
export interface Steps {
  readonly steps: readonly PlannedStep[];
  readonly unchanged: number;
  readonly issues: readonly RefusalIssue[];
}

/** Fewer resources than this are looked up by name; else everything is read. */
const LOOKED_UP_MAX = 2_000;
/** After so many resources others get their turn: comparing is all arithmetic. */
const TURN = 500;

/** Works out what differs between what a group is and what it shall be. Each step expects what it was worked out from. */
@Injectable()
export class Planner {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  async stepsTo(group: Group, { resources, prune }: DesiredState): Promise<Steps> {
    const current = await this.#current(group.id, resources, prune !== null);
    const issues: RefusalIssue[] = [];
    const steps: PlannedStep[] = [];
    for (const [i, desired] of resources.entries()) {
      if (i % TURN === TURN - 1) await breathe();
      const stored = current.get(keyOf({ kind: desired.kind.name, id: desired.id }));
      const step = this.#step(desired, stored, issues);
      if (step) steps.push(step);
    }
    const unchanged = resources.length - steps.length;
    if (prune) steps.push(...deletions(current, resources, prune));
    return { steps, unchanged, issues };
  }

  async #current(groupId: number, resources: readonly DesiredResource[], isAllWanted: boolean) {
    const keys = resources.map(({ kind, id }) => ({ kind: kind.name, id }));
    if (!isAllWanted && keys.length <= LOOKED_UP_MAX) return findResources(this.database, groupId, keys);
    const select = `SELECT ${resourceColumns} FROM resource WHERE group_id = $1 ORDER BY kind, id`;
    const rows: StoredResource[] = await this.database.query(select, [groupId]);
    return new Map(rows.map((row) => [keyOf(row), row]));
  }

  #step(desired: DesiredResource, stored: StoredResource | undefined, issues: RefusalIssue[]): PlannedStep | undefined {
    const { kind, id, path, expiresAt } = desired;
    const next = this.#next(desired, stored);
    if (next && 'problem' in next) {
      issues.push({ path: path + (next.field ?? ''), message: `${nameOf(desired)}: ${next.problem}` });
      return undefined;
    }
    if (!next) return undefined;
    const expects = stored ? { revision: stored.modifiedRevision } : ({ absent: true } as const);
    const expiry = expiresAt ?? stored?.expiresAt ?? null;
    return { change: { op: 'put', kind, id, value: next.value, expects, expiresAt: expiry }, path };
  }

  /** The value that is to be written, secrets in place; undefined where what is stored is the same. */
  #next(desired: DesiredResource, stored: StoredResource | undefined): Next | undefined {
    const { kind } = desired;
    const opened = openSealed(this.sealing, desired);
    if ('problem' in opened) return opened;
    const sent = stored ? untimed(kind, opened.value) : opened.value;
    // Masked alike, they are the same: secrets need not be opened to see that.
    if (stored && isSame(sent, untimed(kind, bodyOf(stored)))) return undefined;
    const old = stored && this.sealing.openValue(stored);
    const { value, missing } = restoreRedacted(sent, old, this.catalogue.redactedPointers(kind, sent));
    if (missing !== undefined) return { problem: 'there is no stored secret to keep here', field: missing };
    return old && isSame(value, untimed(kind, old)) ? undefined : { value };
  }
}

type Next = { readonly value: JsonObject } | { readonly problem: string; readonly field?: string };

/** Times travel with what is created. They are no change by themselves, and what is changed gets a time of its own. */
function untimed({ isTimed }: ResourceKind, value: JsonObject): JsonObject {
  if (!isTimed) return value;
  const { create_time: _created, update_time: _updated, ...rest } = value;
  return rest as JsonObject;
}

function isSame(a: JsonObject, b: JsonObject): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function bodyOf({ body }: StoredResource): JsonObject {
  return JSON.parse(body) as JsonObject;
}

function deletions(
  current: ReadonlyMap<string, StoredResource>,
  resources: readonly DesiredResource[],
  scope: PruneScope,
): PlannedStep[] {
  const named = new Set(resources.map(({ kind, id }) => keyOf({ kind: kind.name, id })));
  return [...current.values()].flatMap((stored) => {
    const kind = kinds.get(stored.kind as KindName);
    if (!kind || named.has(keyOf(stored)) || !isInScope(stored, scope)) return [];
    // What lives in something that is deleted as well goes with it, and may be gone by then.
    const expects = { revision: stored.modifiedRevision };
    return [{ change: { op: 'delete', kind, id: stored.id, expects }, path: '' } as const];
  });
}

function isInScope(stored: StoredResource, { labels, kinds: only }: PruneScope): boolean {
  if (only && !only.has(stored.kind)) return false;
  const wanted = Object.entries(labels);
  if (wanted.length === 0) return true;
  const { labels: own } = bodyOf(stored);
  return isJsonObject(own) && wanted.every(([key, value]) => own[key] === value);
}
