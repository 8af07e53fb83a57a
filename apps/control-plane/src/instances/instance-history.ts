import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { commandColumns, type CommandView } from './instance-commands.ts';
import type { InstanceEvent } from './instance-event.ts';

/** An event as the API shows it; `seq` is where the next page begins. */
export interface EventView {
  readonly seq: number;
  readonly at: Date;
  readonly type: InstanceEvent['type'];
  readonly revision: number | null;
  readonly detail: object;
}

/** A page of a history, newest first. */
export interface EventPage {
  readonly list: readonly EventView[];
  readonly next: number | null;
}

const COMMANDS_SHOWN = 20;

/** Reads what happened to a data plane. */
@Injectable()
export class InstanceHistory {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async events(
    groupId: number,
    id: string,
    page: { readonly before: number; readonly limit: number },
  ): Promise<EventPage> {
    const list = await this.database.query<EventView[]>(
      `SELECT seq, at, type, revision, detail FROM instance_event
       WHERE group_id = $1 AND instance_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4`,
      [groupId, id, page.before, page.limit],
    );
    return { list, next: list.length < page.limit ? null : (list.at(-1)?.seq ?? null) };
  }

  /** The latest commands, newest first. */
  commands(groupId: number, id: string): Promise<CommandView[]> {
    return this.database.query<CommandView[]>(
      `SELECT ${commandColumns} FROM instance_command
       WHERE group_id = $1 AND instance_id = $2 ORDER BY requested_at DESC LIMIT ${COMMANDS_SHOWN}`,
      [groupId, id],
    );
  }
}
