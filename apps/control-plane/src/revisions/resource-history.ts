import { Inject, Injectable } from '@nestjs/common';
import type { ResourceKind } from '@sluice/schema';
import { DataSource } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import { actionOf } from '../resources/change-set.ts';
import { Groups } from '../resources/groups.ts';
import { findResource } from '../resources/resource-rows.ts';
import { Sealing } from '../sealing/sealing.ts';
import { BlameReader, blameView } from './blame-reader.ts';
import { HistoryWindow } from './history-window.ts';
import { operationsBetween } from './operations.ts';
import { operationsView } from './revision-view.ts';
import { shownValueOf } from './shown-value.ts';
import { versionAt } from './state-reader.ts';
import { pairOf, type PairRow } from './version-rows.ts';

/** The resource whose history is wanted. */
export interface ResourcePlace {
  readonly group: string;
  readonly kind: ResourceKind;
  readonly id: string;
}

interface HistoryRow extends PairRow {
  readonly revision: number;
  readonly author: string;
  readonly author_type: string;
  readonly source: string;
  readonly message: string;
  readonly created_at: Date;
}

/** Follows one resource through history. */
@Injectable()
export class ResourceHistory {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
    @Inject(BlameReader) private readonly blames: BlameReader,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** What was done to the resource, newest first. */
  async list(
    { group: name, kind, id }: ResourcePlace,
    { before, limit }: { before: number; limit: number },
  ): Promise<object> {
    const group = await this.groups.byName(name);
    const current = await findResource(this.database, group.id, { kind: kind.name, id });
    const rows: HistoryRow[] = await this.database.query(HISTORY, [group.id, kind.name, id, before, limit + 1]);
    if (rows.length === 0 && !current && before === Number.MAX_SAFE_INTEGER) throw unknownResource(kind, id);
    const list = rows.slice(0, limit).map((row) => this.#entry(row));
    const next = rows.length > limit ? (rows[limit - 1]?.revision ?? null) : null;
    return { kind: kind.name, id, exists: current !== null, list, next };
  }

  /** The resource as it was after a revision; a value of null where it was not there. */
  async at({ group: name, kind, id }: ResourcePlace, number: number): Promise<object> {
    const group = await this.groups.byName(name);
    await this.window.requireState(this.database, group, number);
    const version = await versionAt(this.database, group.id, number, { kind: kind.name, id });
    return {
      kind: kind.name,
      id,
      revision: number,
      modified_revision: version?.modifiedRevision ?? null,
      value: version ? (JSON.parse(version.body) as object) : null,
    };
  }

  /** Who last set each field of the resource, as it is after a revision. */
  async blame({ group: name, kind, id }: ResourcePlace, at: number | undefined): Promise<object> {
    const group = await this.groups.byName(name);
    const number = at ?? group.headRevision;
    if (number > 0) await this.window.requireState(this.database, group, number);
    const blamed = await this.blames.read(group.id, { kind: kind.name, id }, number);
    if (!blamed) throw unknownResource(kind, id);
    return { kind: kind.name, id, revision: number, fields: blamed.map(blameView) };
  }

  #entry(row: HistoryRow): object {
    const { revision, author, author_type, source, message, created_at: at } = row;
    const { before, after } = pairOf(row);
    const [old, next] = [shownValueOf(before, this.sealing), shownValueOf(after, this.sealing)];
    const action = actionOf(old ?? null, next ?? null);
    const operations = operationsView(operationsBetween(old, next));
    return { revision, author, author_type, source, message, created_at: at.toISOString(), action, ...operations };
  }
}

const HISTORY = `
  SELECT v.revision, r.author, r.author_type, r.source, r.message, r.created_at, v.kind, v.id, v.body, v.sealed, v.hash,
    p.body AS old_body, p.sealed AS old_sealed, p.hash AS old_hash
  FROM resource_version v JOIN revision r ON r.group_id = v.group_id AND r.number = v.revision
    LEFT JOIN resource_version p
      ON p.group_id = v.group_id AND p.kind = v.kind AND p.id = v.id AND p.revision = v.previous_revision
  WHERE v.group_id = $1 AND v.kind = $2 AND v.id = $3 AND v.revision < $4 ORDER BY v.revision DESC LIMIT $5`;

function unknownResource(kind: ResourceKind, id: string): Refusal {
  return new Refusal('NOT_FOUND', `History knows no ${kind.label} "${id}" there.`);
}
