import { Inject, Injectable } from '@nestjs/common';
import { Refusal } from '../http/refusal.ts';
import { checkIntegrity, type Demand } from '../resources/integrity.ts';
import { keyOf, type ResourceKey, type StoredResource } from '../resources/change-set.ts';
import { findResources } from '../resources/resource-rows.ts';
import { type RevisionRequest, RevisionWriter, type WriteContext } from '../resources/revision-writer.ts';
import { Restoration } from './restoration.ts';
import { changesOfRevision, differences, isPresent, type Version, type VersionPair } from './version-rows.ts';

/** Who wants to go back, and why. */
export type BackRequest = Omit<RevisionRequest, 'source' | 'restores'>;

const everything = { limit: 2_147_483_647, offset: 0 };
const NAMED_MAX = 10;

/** The ways back. Both are new revisions: history is never rewritten. */
@Injectable()
export class RevisionService {
  constructor(
    @Inject(RevisionWriter) private readonly writer: RevisionWriter,
    @Inject(Restoration) private readonly restoration: Restoration,
  ) {}

  /**
   * One revision that makes the whole state what it was after revision `number`: its digest is that revision's. Integrity
   * is not asked again: that state was whole when it was made, or somebody insisted.
   */
  rollback(group: string, number: number, request: BackRequest): Promise<number | null> {
    const { message = '' } = request;
    const about = { ...request, source: 'rollback', restores: number } as const;
    return this.writer.write(
      group,
      { ...about, message: message || `Roll back to revision ${number}` },
      async (context) => {
        requireRevision(context, number);
        const range = { from: context.group.headRevision, to: number };
        const pairs = await differences(context.db, context.group.id, range, everything);
        return (
          await this.#demands(
            context,
            pairs.map(({ after }) => after),
          )
        ).map(({ effect }) => effect);
      },
    );
  }

  /** One revision that undoes only what revision `number` did; 409 where that has been changed since. */
  revert(group: string, number: number, request: BackRequest): Promise<number | null> {
    const { message = '' } = request;
    const about = { ...request, source: 'revert' } as const;
    return this.writer.write(group, { ...about, message: message || `Revert revision ${number}` }, async (context) => {
      requireRevision(context, number);
      const pairs = await changesOfRevision(context.db, context.group.id, number, everything);
      const current = await currentOf(
        context,
        pairs.map(({ after }) => after),
      );
      refuseConflicts(number, pairs, current);
      const demands = await this.#demands(
        context,
        pairs.map(({ before }) => before),
        current,
      );
      await checkIntegrity({ db: context.db, groupId: context.group.id }, demands, false);
      return demands.map(({ effect }) => effect);
    });
  }

  async #demands(context: WriteContext, versions: readonly Version[], known?: Map<string, StoredResource>) {
    const current = known ?? (await currentOf(context, versions));
    return versions.flatMap((version): Demand[] => {
      const demand = this.restoration.demandFor(version, current.get(keyOf(version)) ?? null);
      return demand ? [demand] : [];
    });
  }
}

function currentOf({ db, group }: WriteContext, keys: readonly ResourceKey[]): Promise<Map<string, StoredResource>> {
  return findResources(db, group.id, keys);
}

function requireRevision({ group }: WriteContext, number: number): void {
  if (number >= 1 && number <= group.headRevision) return;
  throw new Refusal('NOT_FOUND', `There is no revision ${number} in gateway group "${group.name}".`);
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
