import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { FromDataPlane, ToDataPlane } from '@sluice/sync/grpc';
import { DataSource, type QueryRunner } from 'typeorm';
import { Sealing } from '../sealing/sealing.ts';
import { openText, sealText } from './sealed-text.ts';

/** Sends a command on the stream of a data plane. */
export type SendCommand = (command: NonNullable<ToDataPlane['command']>) => void;

/** What a data plane can be told to do. */
export type CommandName = 'drain' | 'explain';

/** A command, and what became of it. */
export interface CommandView {
  readonly id: string;
  readonly name: CommandName;
  readonly requested_by: string;
  readonly requested_at: Date;
  readonly state: 'waiting' | 'sent' | 'done' | 'failed';
  readonly error: string | null;
}

/** Columns of a `CommandView`. */
export const commandColumns = `id, name, requested_by, requested_at, error,
  CASE WHEN error IS NOT NULL THEN 'failed' WHEN finished_at IS NOT NULL THEN 'done' WHEN sent_at IS NOT NULL THEN 'sent'
    ELSE 'waiting' END AS state`;

const LOOK_EVERY_MS = 1_000;
/** A command that nobody has carried out for this long, nobody expects any more. */
const PATIENCE_SECONDS = 30;
const ERROR_LENGTH_MAX = 500;

/**
 * Commands to data planes. They go through the database, because the one who asks and the stream of the data plane may be
 * at different control planes; the one with the stream sends it, once.
 */
@Injectable()
export class InstanceCommands implements OnModuleInit, OnModuleDestroy {
  readonly #attached = new Map<string, SendCommand>();
  readonly #log = new Logger('instances');
  /** Told of every result first; true where it was waiting for it. */
  onResult: (result: CommandResult) => boolean = () => false;
  #timer: NodeJS.Timeout | undefined;
  #delivering: Promise<void> | undefined;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.deliver(), LOOK_EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#delivering;
  }

  /** Keeps how a data plane is reached; returns how to forget that. */
  attach(groupId: number, instanceId: string, send: SendCommand): () => void {
    const name = keyOf(groupId, instanceId);
    this.#attached.set(name, send);
    return () => {
      if (this.#attached.get(name) === send) this.#attached.delete(name);
    };
  }

  /** Sends a command to a data plane whose stream ends here; false where it ends elsewhere. */
  sendNow(groupId: number, instanceId: string, command: Parameters<SendCommand>[0]): boolean {
    const send = this.#attached.get(keyOf(groupId, instanceId));
    send?.(command);
    return send !== undefined;
  }

  /** Notes a command, as part of a transaction; `deliver` sends it once that is committed. */
  async request(db: QueryRunner, groupId: number, instanceId: string, asked: AskedCommand): Promise<CommandView> {
    const [row] = (await db.query(
      `INSERT INTO instance_command (id, group_id, instance_id, name, requested_by) VALUES ($1, $2, $3, $4, $5)
       RETURNING ${commandColumns}`,
      [randomUUID(), groupId, instanceId, asked.name, asked.by],
    )) as CommandView[];
    if (!row) throw new Error('The command was not kept.');
    return row;
  }

  /** Sends what waits for data planes that are connected here, and gives up what waits for too long. */
  deliver(): Promise<void> {
    this.#delivering ??= this.#deliver()
      .catch((error: unknown) => this.#log.warn(`commands are late: ${error instanceof Error ? error.message : error}`))
      .finally(() => (this.#delivering = undefined));
    return this.#delivering;
  }

  /** Takes in what a data plane answers. */
  finish(groupId: number, instanceId: string, answered: CommandResult): void {
    if (this.onResult(answered)) return;
    const { command_id: id, error, result } = answered;
    const update = `UPDATE instance_command SET finished_at = now(), error = $4, result = $5
      WHERE group_id = $1 AND instance_id = $2 AND id::text = $3`;
    const failure = error === '' ? null : error.slice(0, ERROR_LENGTH_MAX);
    const sealed = result.length === 0 ? null : sealText(this.sealing, id, Buffer.from(result).toString());
    void this.database.query(update, [groupId, instanceId, id, failure, sealed]).catch((reason: unknown) => {
      this.#log.warn(`the result of a command was not kept: ${reason instanceof Error ? reason.message : reason}`);
    });
  }

  async #deliver(): Promise<void> {
    const [waiting] = await this.database.query<[WaitingCommand[], number]>(CLAIM, [[...this.#attached.keys()]]);
    for (const { id, name, instance, arguments: sealed } of waiting) {
      const text = sealed === null ? '' : openText(this.sealing, id, sealed);
      this.#attached.get(instance)?.({ command_id: id, name, arguments: Buffer.from(text) });
    }
    await this.database.query(GIVE_UP, [PATIENCE_SECONDS]);
  }
}

/** What a data plane answers to a command. */
export type CommandResult = NonNullable<FromDataPlane['command_result']>;

interface AskedCommand {
  readonly name: CommandName;
  readonly by: string;
}

interface WaitingCommand {
  readonly id: string;
  readonly name: CommandName;
  readonly instance: string;
  readonly arguments: Buffer | null;
}

function keyOf(groupId: number, instanceId: string): string {
  return `${groupId}/${instanceId}`;
}

const CLAIM = `
  UPDATE instance_command SET sent_at = now()
  WHERE sent_at IS NULL AND finished_at IS NULL AND group_id || '/' || instance_id = ANY ($1)
  RETURNING id, name, arguments, group_id || '/' || instance_id AS instance`;

const GIVE_UP = `
  UPDATE instance_command SET finished_at = now(), error = 'The data plane did not answer.'
  WHERE finished_at IS NULL AND requested_at < now() - make_interval(secs => $1)`;
