import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { inTransaction } from '../database/transaction.ts';
import { Refusal, type RefusalIssue } from '../http/refusal.ts';
import { Sealing } from '../sealing/sealing.ts';
import { keyOf, type Change, type Effect } from './change-set.ts';
import type { PathOf } from './change-set-writer.ts';
import { childDeletions } from './children.ts';
import { type Group, Groups } from './groups.ts';
import { checkIntegrity, type Demand } from './integrity.ts';
import { planChange } from './planning.ts';
import { askedBy, nothingAsked, type PreparedChange, Preparation } from './preparation.ts';
import { findResources } from './resource-rows.ts';

/** What a change set would come to, if it were written now. */
export interface ChangeSetReport {
  /** Everything that is wrong with it, as far as one look can tell. */
  readonly issues: readonly RefusalIssue[];
  readonly effects: readonly Effect[];
}

const ISSUES_MAX = 50;

/**
 * Looks at change sets as the writer does, without its lock and without stopping at the first refusal: for people who put a
 * change set together. The writer asks all of it again. Every change must name its id.
 */
@Injectable()
export class ChangeSetExaminer {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Preparation) private readonly preparation: Preparation,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  async examine(groupName: string, changes: readonly Change[], pathOf: PathOf): Promise<ChangeSetReport> {
    const issues: RefusalIssue[] = [];
    const prepared: Prepared[] = [];
    for (const [i, change] of changes.entries()) {
      if (issues.length >= ISSUES_MAX) break;
      await collect(issues, pathOf(i), async () => {
        prepared.push({ change: await this.preparation.prepare(groupName, change), path: pathOf(i) });
      });
    }
    const group = await this.groups.byName(groupName);
    return inTransaction(this.database, async (db) => {
      const demands = await this.#demands({ db, group }, prepared, issues);
      await collectIntegrity(db, group.id, demands, issues);
      const answer = { issues: issues.slice(0, ISSUES_MAX), effects: demands.map(({ effect }) => effect) };
      return { answer, commit: false };
    });
  }

  async #demands(context: Scope, prepared: readonly Prepared[], issues: RefusalIssue[]): Promise<Demand[]> {
    const keys = prepared.map(({ change }) => ({ kind: change.kind.name, id: change.id ?? '' }));
    const current = await findResources(context.db, context.group.id, keys);
    const demands: Demand[] = [];
    for (const [i, { change, path }] of prepared.entries()) {
      const key = keys[i];
      if (!key) continue;
      await collect(issues, path, () => {
        const before = current.get(keyOf(key)) ?? null;
        const { effect } = planChange(change, key.id, before, { sealing: this.sealing, now: new Date() });
        if (effect) demands.push({ effect, ...askedBy(change), path });
      });
    }
    const effects = demands.map(({ effect }) => effect);
    const children = await childDeletions(context, effects);
    return [...demands, ...children.map((effect) => ({ effect, references: [], claims: [], path: '' }))];
  }
}

interface Scope {
  readonly db: QueryRunner;
  readonly group: Group;
}

interface Prepared {
  readonly change: PreparedChange;
  readonly path: string;
}

/** Runs a step, and keeps a refusal of it as an issue of the value at `path`. */
async function collect(issues: RefusalIssue[], path: string, step: () => Promise<void> | void): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    issues.push(...issuesOf(error.within(path)));
  }
}

/** The check of integrity stops at what it finds first; what was found is left out, and it goes on. */
async function collectIntegrity(
  db: QueryRunner,
  groupId: number,
  demands: readonly Demand[],
  issues: RefusalIssue[],
): Promise<void> {
  let left = demands;
  while (issues.length < ISSUES_MAX) {
    try {
      await checkIntegrity({ db, groupId }, left, false);
      return;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      issues.push(...issuesOf(error));
      const next = withoutCause(left, error.field ?? '');
      // What cannot be left out would be found for ever.
      if (!next) return;
      left = next;
    }
  }
}

function issuesOf({ issues, field, message }: Refusal): readonly RefusalIssue[] {
  return issues ?? [{ path: field ?? '', message }];
}

function withoutCause(demands: readonly Demand[], field: string): Demand[] | undefined {
  const found = demands.find(({ path }) => path !== '' && (field === path || field.startsWith(`${path}/`)));
  if (!found) return undefined;
  const references = found.references.filter((reference) => found.path + reference.field !== field);
  const isReference = references.length < found.references.length && field !== found.path;
  const { before } = found.effect;
  // Neither deleted nor claiming anything: what it does to others has been told.
  const harmless = {
    ...found,
    ...nothingAsked,
    effect: { ...found.effect, after: found.effect.after ?? before },
  };
  return demands.map((demand) => (demand === found ? (isReference ? { ...found, references } : harmless) : demand));
}
