import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditWriter } from '../../audit/audit-writer.ts';
import { inTransaction } from '../../database/transaction.ts';
import { FeedDatabase } from '../feed-database.ts';

/** A gateway group as it is published. */
export interface PublishedGroup {
  readonly id: number;
  readonly name: string;
  readonly prefix: string;
}

/** What the leader says about a group in etcd. */
export interface PublicationReport {
  readonly connected: boolean;
  /** Why etcd does not hold the newest revision; null while it does, or soon will. */
  readonly reason: string | null;
  readonly head_revision: number;
  readonly epoch: number;
}

/** How a group stands in etcd, as the API shows it. */
export interface Publication extends PublicationReport {
  readonly foreign_edits: number;
  readonly last_foreign_edit: { readonly at: string; readonly key: string } | null;
}

/** A key that somebody else has changed, and that was put right. */
export interface Repair {
  readonly key: string;
  /** Null where the key is none of a resource. */
  readonly kind: string | null;
  readonly id: string | null;
}

/** A leader that has said nothing for this long is gone, and with it what it last said about the connection. */
const SILENT_SECONDS = 15;

/** Of a repair of many keys, so many are named. */
const KEYS_NAMED_MAX = 20;

/** Keeps in the database what was published to etcd: what is still to be done, how it stands, what had to be repaired. */
@Injectable()
export class PublicationLedger {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(FeedDatabase) private readonly feed: FeedDatabase,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  groups(): Promise<PublishedGroup[]> {
    return this.feed.query('SELECT id, name, etcd_prefix AS prefix FROM gateway_group');
  }

  /** True where this database has published a group below its prefix before. */
  async hasPublished({ id, prefix }: PublishedGroup): Promise<boolean> {
    const select = 'SELECT 1 FROM publication WHERE group_id = $1 AND prefix = $2';
    return (await this.feed.query(select, [id, prefix])).length > 0;
  }

  /** Notes that what stands below the prefix is ours from now on. */
  async begin({ id, prefix }: PublishedGroup): Promise<void> {
    const upsert = `INSERT INTO publication (group_id, prefix) VALUES ($1, $2)
      ON CONFLICT (group_id) DO UPDATE SET prefix = excluded.prefix`;
    await this.feed.query(upsert, [id, prefix]);
  }

  /** Crosses out what etcd holds by now. */
  async crossOut(groupId: number, revision: number): Promise<void> {
    await this.feed.query('DELETE FROM outbox WHERE group_id = $1 AND revision <= $2', [groupId, revision]);
  }

  async report(groupId: number, report: PublicationReport): Promise<void> {
    const { connected, reason, head_revision: revision, epoch } = report;
    const upsert = `
      INSERT INTO publication (group_id, connected, reason, head_revision, epoch) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (group_id) DO UPDATE SET connected = excluded.connected, reason = excluded.reason,
        head_revision = excluded.head_revision, epoch = excluded.epoch, reported_at = now()`;
    await this.feed.query(upsert, [groupId, connected, reason, revision, epoch]);
  }

  /** Records what somebody else has done, by its keys alone: values may be secrets. */
  recordRepair(group: PublishedGroup, repairs: readonly Repair[], epoch: number): Promise<void> {
    const [first] = repairs;
    const single = repairs.length === 1 ? first : undefined;
    const at = new Date();
    return inTransaction(this.database, async (db) => {
      const update = `UPDATE publication SET foreign_edits = foreign_edits + $2, last_foreign_edit = $3 WHERE group_id = $1`;
      const last = JSON.stringify({ at: at.toISOString(), key: repairs.at(-1)?.key });
      await db.query(update, [group.id, repairs.length, last]);
      const entry = {
        scope: group.id,
        actor: 'system',
        actor_type: 'system',
        action: 'etcd.repair',
        group_name: group.name,
        kind: single?.kind ?? null,
        id: single?.id ?? null,
        detail: { keys: repairs.slice(0, KEYS_NAMED_MAX).map(({ key }) => key), count: repairs.length, epoch },
      } as const;
      await this.audit.append(db, entry, at);
      return { answer: undefined, commit: true };
    });
  }

  /** How a group stands, whichever control plane is asked; undefined where it was never published. */
  async of(groupId: number): Promise<Publication | undefined> {
    const select = `
      SELECT connected AND reported_at > now() - make_interval(secs => $2) AS connected, reason, head_revision, epoch,
        foreign_edits, last_foreign_edit
      FROM publication WHERE group_id = $1`;
    const [publication] = await this.feed.query<Publication>(select, [groupId, SILENT_SECONDS]);
    return publication;
  }
}
