import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Effect, RevisionAuthor, StoredResource } from './change-set.ts';
import { childDeletions } from './children.ts';
import { resourceColumns } from './resource-rows.ts';
import { RevisionWriter, type WriteContext } from './revision-writer.ts';

const EVERY_MS = 1000;
/** Per revision, so that one sweep never holds a group's lock for long. */
const EXPIRED_MAX = 1000;

const author: RevisionAuthor = { name: 'system', type: 'system', sourceIp: null };

/**
 * Deletes resources whose time to live has ended, one revision per group and sweep. Several control planes may sweep at
 * once: what is expired is decided under the group's lock, so that nothing is deleted twice.
 */
@Injectable()
export class ExpirySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #log = new Logger(ExpirySweeper.name);
  #timer: NodeJS.Timeout | undefined;
  #sweep: Promise<void> | undefined;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(RevisionWriter) private readonly writer: RevisionWriter,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#sweep ??= this.sweep()
        .catch((error: unknown) => this.#log.warn(`Expired resources could not be deleted yet: ${String(error)}`))
        .finally(() => (this.#sweep = undefined));
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweep;
  }

  /** Deletes what is expired now, in every group. */
  async sweep(): Promise<void> {
    const groups: { name: string }[] = await this.database.query(`
      SELECT name FROM gateway_group WHERE id IN (SELECT group_id FROM resource WHERE expires_at <= now())`);
    const request = { author, source: 'ttl', message: 'Time to live ended', isApproved: true } as const;
    for (const { name } of groups) await this.writer.write(name, request, deletionOfExpired);
  }
}

async function deletionOfExpired({ db, group }: WriteContext) {
  const select = `SELECT ${resourceColumns} FROM resource
    WHERE group_id = $1 AND expires_at <= now() ORDER BY kind, id LIMIT ${EXPIRED_MAX}`;
  const expired: StoredResource[] = await db.query(select, [group.id]);
  const ended: Effect[] = expired.map((before) => ({ kind: before.kind, id: before.id, before, after: null }));
  return [...ended, ...(await childDeletions({ db, group }, ended))];
}
