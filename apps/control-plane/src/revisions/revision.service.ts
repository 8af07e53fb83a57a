import { Inject, Injectable } from '@nestjs/common';
import { Refusal } from '../http/refusal.ts';
import { childDeletions } from '../resources/children.ts';
import { keyOf, type Effect, type ResourceKey, type StoredResource } from '../resources/change-set.ts';
import { checkIntegrity, type Demand } from '../resources/integrity.ts';
import { findResources } from '../resources/resource-rows.ts';
import { type Plan, type RevisionRequest, RevisionWriter, type WriteContext } from '../resources/revision-writer.ts';
import { HistoryWindow } from './history-window.ts';
import { Restoration } from './restoration.ts';
import { versionAt } from './state-reader.ts';
import { changesOfRevision, differences, isPresent, type Version, type VersionPair } from './version-rows.ts';

/** Who wants to go back, and why. */
export interface BackRequest extends Omit<RevisionRequest, 'source' | 'restores'> {
  /** Deletes also what other resources still refer to. */
  readonly force?: boolean | undefined;
}

/** What going back did, or would do. */
export interface WayBack {
  /** Null where everything was so already. */
  readonly revision: number | null;
  readonly effects: readonly Effect[];
  readonly group: { readonly id: number; readonly name: string };
  /** The head that it was decided against. */
  readonly head: number;
  readonly message: string;
}

const everything = { limit: 2_147_483_647, offset: 0 };
const NAMED_MAX = 10;

/** The ways back. All are new revisions: history is never rewritten. */
@Injectable()
export class RevisionService {
  constructor(
    @Inject(RevisionWriter) private readonly writer: RevisionWriter,
    @Inject(Restoration) private readonly restoration: Restoration,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
  ) {}

  /**
   * One revision that makes the whole state what it was after revision `number`: its digest is that revision's. Integrity
   * is not asked again: that state was whole when it was made, or somebody insisted.
   */
  rollback(group: string, number: number, request: BackRequest): Promise<WayBack> {
    const about = { ...request, source: 'rollback', restores: number } as const;
    return this.#run(
      group,
      { ...about, message: request.message || `Roll back to revision ${number}` },
      async (context) => {
        await this.#requireRevision(context, number);
        const range = { from: context.group.headRevision, to: number };
        const pairs = await differences(context.db, context.group.id, range, everything);
        const demands = await this.#demands(context, pairs.map(afterOf));
        return demands.map(({ effect }) => effect);
      },
    );
  }

  /** One revision that undoes only what revision `number` did; 409 where that has been changed since. */
  revert(group: string, number: number, request: BackRequest): Promise<WayBack> {
    const about = { ...request, source: 'revert' } as const;
    return this.#run(group, { ...about, message: request.message || `Revert revision ${number}` }, async (context) => {
      await this.#requireRevision(context, number);
      const pairs = await changesOfRevision(context.db, context.group.id, number, everything);
      const current = await currentOf(context, pairs.map(afterOf));
      refuseConflicts(number, pairs, current);
      const demands = await this.#demands(
        context,
        pairs.map(({ before }) => before),
        current,
      );
      return wholeEffects(context, demands, request);
    });
  }

  /** One revision that makes one resource what it was after revision `number`; where it was not there, it goes. */
  restore(group: string, number: number, key: ResourceKey, request: BackRequest): Promise<WayBack> {
    const about = { ...request, source: 'restore' } as const;
    const message = request.message || `Restore ${key.kind} "${key.id}" as of revision ${number}`;
    return this.#run(group, { ...about, message }, async (context) => {
      await this.#requireState(context, number);
      const { db, group: locked } = context;
      const absent: Version = { ...key, body: null, sealed: null, hash: null };
      const version = (await versionAt(db, locked.id, number, key)) ?? absent;
      const current = await currentOf(context, [key]);
      if (!isPresent(version) && current.size === 0)
        throw new Refusal('NOT_FOUND', `There is no ${key.kind} "${key.id}", and was none after revision ${number}.`);
      return wholeEffects(context, await this.#demands(context, [version], current), request);
    });
  }

  async #run(groupName: string, request: RevisionRequest & { readonly message: string }, plan: Plan): Promise<WayBack> {
    let seen: Pick<WayBack, 'effects' | 'group' | 'head'> | undefined;
    const revision = await this.writer.write(groupName, request, async (context) => {
      const effects = await plan(context);
      seen = { effects, group: context.group, head: context.group.headRevision };
      return effects;
    });
    if (!seen) throw new Error('A write that has ended was planned.');
    return { revision, message: request.message, ...seen };
  }

  async #demands(context: WriteContext, versions: readonly Version[], known?: Map<string, StoredResource>) {
    const current = known ?? (await currentOf(context, versions));
    return versions.flatMap((version): Demand[] => {
      const demand = this.restoration.demandFor(version, current.get(keyOf(version)) ?? null);
      return demand ? [demand] : [];
    });
  }

  #requireRevision({ db, group }: WriteContext, number: number): Promise<void> {
    return this.window.requireRevision(db, group, number);
  }

  #requireState({ db, group }: WriteContext, number: number): Promise<void> {
    return this.window.requireState(db, group, number);
  }
}

function afterOf({ after }: VersionPair): Version {
  return after;
}

function currentOf({ db, group }: WriteContext, keys: readonly ResourceKey[]): Promise<Map<string, StoredResource>> {
  return findResources(db, group.id, keys);
}

/** The effects of demands and of what goes with them, once the state after them is known to be whole. */
async function wholeEffects(context: WriteContext, demands: readonly Demand[], { force = false }: BackRequest) {
  const effects = demands.map(({ effect }) => effect);
  const children = await childDeletions(context, effects);
  const all = [...demands, ...children.map((effect) => ({ effect, references: [], claims: [], path: '' }))];
  await checkIntegrity({ db: context.db, groupId: context.group.id }, all, force);
  return [...effects, ...children];
}

/** What the revision left must still be so, or what it undoes would also undo the work of others. */
function refuseConflicts(number: number, pairs: readonly VersionPair[], current: Map<string, StoredResource>): void {
  const changed = pairs.filter(({ after }) => {
    const now = current.get(keyOf(after));
    return isPresent(after) ? now?.modifiedRevision !== number : now !== undefined;
  });
  if (changed.length === 0) return;
  const names = changed.slice(0, NAMED_MAX).map(({ after }) => `${after.kind} "${after.id}"`);
  const rest = changed.length > NAMED_MAX ? ` and ${changed.length - NAMED_MAX} more` : '';
  throw new Refusal('CONFLICT', `Changed since revision ${number}: ${names.join(', ')}${rest}.`);
}
