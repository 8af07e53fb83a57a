import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.ts';

const EVERY_MS = 60_000;
const DAY_SECONDS = 86_400;

/** What is kept of each data plane. */
const EVENTS_KEPT = 200;
const COMMANDS_KEPT = 50;

/** Keeps what is known of data planes within bounds. Any number of control planes may do so at once. */
@Injectable()
export class InstanceSweeper implements OnModuleInit, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.sweep()
        .catch((error: unknown) =>
          new Logger('instances').warn(`nothing was swept: ${error instanceof Error ? error.message : error}`),
        )
        .finally(() => (this.#sweeping = undefined));
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Forgets data planes that are gone for good, and of all others what is too old to be shown. */
  async sweep(): Promise<void> {
    await this.database.query('DELETE FROM instance WHERE last_seen < now() - make_interval(secs => $1)', [
      this.settings.instance_retention_days * DAY_SECONDS,
    ]);
    await this.database.query(TRIM_EVENTS, [EVENTS_KEPT]);
    await this.database.query(TRIM_COMMANDS, [COMMANDS_KEPT]);
  }
}

const TRIM_EVENTS = `
  DELETE FROM instance_event event USING instance
  WHERE event.group_id = instance.group_id AND event.instance_id = instance.id AND event.seq <= (
    SELECT seq FROM instance_event kept WHERE kept.group_id = instance.group_id AND kept.instance_id = instance.id
    ORDER BY seq DESC OFFSET $1 LIMIT 1)`;

const TRIM_COMMANDS = `
  DELETE FROM instance_command command USING instance
  WHERE command.group_id = instance.group_id AND command.instance_id = instance.id AND command.requested_at <= (
    SELECT requested_at FROM instance_command kept
    WHERE kept.group_id = instance.group_id AND kept.instance_id = instance.id
    ORDER BY requested_at DESC OFFSET $1 LIMIT 1)`;
