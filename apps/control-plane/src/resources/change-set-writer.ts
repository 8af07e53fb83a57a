import { setImmediate as breathe } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Refusal } from '../http/refusal.ts';
import { Sealing } from '../sealing/sealing.ts';
import { actionOf, keyOf, type Change, type Effect, type Outcome, type ResourceKey } from './change-set.ts';
import { childDeletions } from './children.ts';
import { FleetConfirmation } from './fleet-confirmation.ts';
import { IdCounter } from './generated-ids.ts';
import { checkIntegrity, type Demand } from './integrity.ts';
import { type PlannedChange, planChange } from './planning.ts';
import { askedBy, type PreparedChange, Preparation } from './preparation.ts';
import { findResources } from './resource-rows.ts';
import { retrying } from './retrying.ts';
import { type RevisionRequest, RevisionWriter, type WriteContext } from './revision-writer.ts';

/** How a change set is written. */
export interface WriteOptions extends RevisionRequest {
  /** Deletes also what other resources still refer to. */
  readonly force?: boolean | undefined;
  /** Publishes also what a connected data plane cannot run. */
  readonly confirmsMissingPlugins?: boolean | undefined;
  /** Runs first under the lock; what it throws refuses the write. */
  readonly guard?: ((context: WriteContext) => Promise<void>) | undefined;
  /** Runs under the lock once the effects are known: what it stores is stored with the write, or not at all. */
  readonly alongside?: ((context: WriteContext, effects: readonly Effect[]) => Promise<void>) | undefined;
}

/** What became of a change set. */
export interface WriteResult {
  /** Null: everything was already so, and there is no new revision. */
  readonly revision: number | null;
  readonly outcomes: readonly Outcome[];
  /** What it does, or would do. */
  readonly effects: readonly Effect[];
}

/** Tells at which JSON pointer of the request the value of a change stands. */
export type PathOf = (index: number) => string;

const ISSUES_MAX = 50;
/** After so many changes others get their turn: checking and planning is all arithmetic. */
const TURN = 250;

/** Writes change sets as revisions: checks what needs no lock before it, and everything else under it. */
@Injectable()
export class ChangeSetWriter {
  constructor(
    @Inject(Preparation) private readonly preparation: Preparation,
    @Inject(RevisionWriter) private readonly writer: RevisionWriter,
    @Inject(Sealing) private readonly sealing: Sealing,
    @Inject(FleetConfirmation) private readonly fleet: FleetConfirmation,
  ) {}

  /** Writes all changes as one revision, or nothing of them. */
  write(group: string, changes: readonly Change[], options: WriteOptions, pathOf: PathOf): Promise<WriteResult> {
    refuseRepetition(changes, pathOf);
    const attempt = (): Promise<WriteResult> => this.#writeOnce(group, changes, options, pathOf);
    // Only the caller can make a new value of what is stored by now; stored secrets are taken again here.
    const isFixed = changes.some((change) => change.op === 'put' && change.basedOn !== undefined);
    return isFixed ? attempt() : retrying(attempt);
  }

  async #writeOnce(groupName: string, changes: readonly Change[], options: WriteOptions, pathOf: PathOf) {
    const prepared = await this.#prepare(groupName, changes, pathOf);
    if (!options.confirmsMissingPlugins) await this.fleet.require(groupName, prepared);
    let planned: readonly PlannedChange[] = [];
    let effects: readonly Effect[] = [];
    const revision = await this.writer.write(groupName, options, async (context) => {
      await options.guard?.(context);
      planned = await this.#plan(context, prepared, pathOf);
      const changed = demandsOf(planned, prepared, pathOf);
      const children = await childDeletions(
        context,
        changed.map(({ effect }) => effect),
      );
      const demands = [...changed, ...children.map((effect) => ({ effect, references: [], claims: [], path: '' }))];
      await checkIntegrity({ db: context.db, groupId: context.group.id }, demands, options.force ?? false);
      effects = demands.map(({ effect }) => effect);
      await options.alongside?.(context, effects);
      return effects;
    });
    return { revision, effects, outcomes: planned.map((change) => outcomeOf(change, revision)) };
  }

  /** Where several changes are wrong, the refusal tells of all of them. */
  async #prepare(groupName: string, changes: readonly Change[], pathOf: PathOf): Promise<PreparedChange[]> {
    const prepared: PreparedChange[] = [];
    const refusals: Refusal[] = [];
    for (const [i, change] of changes.entries()) {
      if (i % TURN === TURN - 1) await breathe();
      try {
        prepared.push(await this.preparation.prepare(groupName, change));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (refusals.push(error.within(pathOf(i))) === ISSUES_MAX) break;
      }
    }
    const [first] = refusals;
    if (!first) return prepared;
    const issues = refusals.flatMap((refusal) => refusal.issues ?? []).slice(0, ISSUES_MAX);
    throw refusals.length === 1 ? first : new Refusal(first.code, first.message, { field: first.field, issues });
  }

  async #plan(context: WriteContext, prepared: readonly PreparedChange[], pathOf: PathOf): Promise<PlannedChange[]> {
    const keys = await keysOf(context, prepared);
    const current = await findResources(context.db, context.group.id, keys);
    const planned: PlannedChange[] = [];
    for (const [i, change] of prepared.entries()) {
      if (i % TURN === TURN - 1) await breathe();
      const key = keys[i] as ResourceKey;
      const before = current.get(keyOf(key)) ?? null;
      try {
        planned.push(planChange(change, key.id, before, { sealing: this.sealing, now: context.now }));
      } catch (error) {
        throw error instanceof Refusal ? error.within(pathOf(i)) : error;
      }
    }
    return planned;
  }
}

function refuseRepetition(changes: readonly Change[], pathOf: PathOf): void {
  const seen = new Set<string>();
  for (const [i, { kind, id }] of changes.entries()) {
    const key = id === null ? undefined : `${kind.name}/${id}`;
    if (key && seen.has(key)) {
      throw new Refusal('INVALID', `The change set changes ${kind.label} "${id}" twice.`).within(pathOf(i));
    }
    if (key) seen.add(key);
  }
}

async function keysOf({ db, group }: WriteContext, prepared: readonly PreparedChange[]): Promise<ResourceKey[]> {
  const keys: ResourceKey[] = [];
  const counter = new IdCounter(db, group);
  for (const change of prepared) {
    const kind = change.kind.name;
    const parent = change.op === 'put' ? change.parent : undefined;
    keys.push({ kind, id: change.id ?? (await counter.next(kind, parent)) });
  }
  await counter.store();
  return keys;
}

function demandsOf(planned: readonly PlannedChange[], prepared: readonly PreparedChange[], pathOf: PathOf): Demand[] {
  return planned.flatMap(({ effect }, i) => {
    const change = prepared[i];
    return effect && change ? [{ effect, ...askedBy(change), path: pathOf(i) }] : [];
  });
}

function outcomeOf({ id, before, effect }: PlannedChange, revision: number | null): Outcome {
  if (!effect || revision === null) return { id, action: 'none', resource: before };
  const action = actionOf(effect.before, effect.after);
  const createdRevision = before?.createdRevision ?? revision;
  const resource = effect.after && { ...effect.after, createdRevision, modifiedRevision: revision };
  return { id, action, resource };
}
