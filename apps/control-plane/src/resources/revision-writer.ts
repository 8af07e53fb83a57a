import { Inject, Injectable } from '@nestjs/common';
import { chainHash, StateDigest } from '@sluice/sync';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { approvalRequired } from './approval.ts';
import { actionOf, type Effect, type RevisionAuthor, type RevisionSource } from './change-set.ts';
import { GroupQueue } from './group-queue.ts';
import { type Group, lockGroup } from './groups.ts';
import { type RevisionRow, storeEffects, storeRevision } from './revision-rows.ts';
import { revisionWords } from './revision-words.ts';

/** What a revision says about itself, and whether it is meant. */
export interface RevisionRequest {
  readonly author: RevisionAuthor;
  readonly source: RevisionSource;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  /** Runs everything, then rolls it back. */
  readonly dryRun?: boolean | undefined;
  /** The revision whose state this one restores. */
  readonly restores?: number | undefined;
  /**
   * Passes where a group demands approval. Only two set it: publishing of a draft, which checks the approval under the
   * lock, and the end of a time to live, which nobody decides.
   */
  readonly isApproved?: boolean | undefined;
  /** The draft that is published. */
  readonly draft?: number | undefined;
}

/** The inside of a write: one transaction that holds the group's lock. */
export interface WriteContext {
  readonly db: QueryRunner;
  readonly group: Group;
  /** The number that the revision will have, if there is one. */
  readonly number: number;
  readonly now: Date;
}

/** Decides, under the lock, what a revision does. No effects: there will be no revision. */
export type Plan = (context: WriteContext) => Promise<readonly Effect[]>;

/**
 * The only way to change configuration: one transaction that stores versions, current state, revision, audit entry and
 * outbox row together, numbered without gaps because the number is taken under the lock of the group row. Here and nowhere
 * else it is refused what needs the approval of a second person and does not have it.
 */
@Injectable()
export class RevisionWriter {
  readonly #queue = new GroupQueue();

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** The number of the new revision, or null where the plan had no effects. A dry run tells the number it would have. */
  write(groupName: string, request: RevisionRequest, plan: Plan): Promise<number | null> {
    return this.#queue.run(groupName, () =>
      inTransaction(this.database, async (db) => {
        const group = await lockGroup(db, groupName);
        const context = { db, group, number: group.headRevision + 1, now: new Date() };
        const effects = await plan(context);
        if (effects.length > 0) {
          requireApproval(group, request);
          await this.#store(context, request, effects);
        }
        return { answer: effects.length > 0 ? context.number : null, commit: !request.dryRun };
      }),
    );
  }

  async #store(context: WriteContext, request: RevisionRequest, effects: readonly Effect[]): Promise<void> {
    const { db, group, number } = context;
    await storeEffects(db, group.id, number, effects);
    await storeRevision(db, nextRevision(context, request, effects));
    await this.audit.append(db, auditEntry(context, request, effects), context.now);
  }
}

/** A dry run changes nothing, and is how one sees what an approval would be asked for. */
function requireApproval(group: Group, { isApproved, dryRun }: RevisionRequest): void {
  if (group.isApprovalRequired && !isApproved && !dryRun) throw approvalRequired(group.name);
}

function nextRevision({ group, number, now }: WriteContext, request: RevisionRequest, effects: readonly Effect[]) {
  const { author, source, message = '', restores = null } = request;
  const digest = StateDigest.from(group.digest);
  let resourceCount = group.resourceCount;
  for (const { before, after } of effects) {
    if (before) digest.remove(before.hash);
    if (after) digest.add(after.hash);
    resourceCount += Number(after !== null) - Number(before !== null);
  }
  const header = {
    group: group.name,
    number,
    author: author.name,
    author_type: author.type,
    source,
    message,
    restores,
    created_at: now.toISOString(),
    digest: digest.toBytes(),
    changes: effects.map(({ kind, id, before, after }) => ({
      kind,
      id,
      before: before?.hash ?? null,
      after: after?.hash ?? null,
    })),
  };
  const row: RevisionRow = {
    groupId: group.id,
    number,
    author,
    source,
    message,
    createdAt: now,
    restores,
    resourceCount,
    digest: header.digest,
    chain: chainHash(group.chain, header),
    changeCount: effects.length,
    kinds: [...new Set(effects.map(({ kind }) => kind))].sort(),
    words: revisionWords(message, effects),
  };
  return row;
}

function auditEntry({ group, number }: WriteContext, request: RevisionRequest, effects: readonly Effect[]) {
  const { author, source, requestId = null, restores, draft } = request;
  const [first] = effects;
  const single = effects.length === 1 ? first : undefined;
  return {
    scope: group.id,
    actor: author.name,
    actor_type: author.type,
    action: single ? `resource.${actionOf(single.before, single.after)}` : 'resource.change_set',
    group_name: group.name,
    kind: single?.kind ?? null,
    id: single?.id ?? null,
    revision: number,
    source_ip: author.sourceIp,
    request_id: requestId,
    detail: { source, changes: effects.length, ...(restores && { restores }), ...(draft && { draft }) },
  };
}
