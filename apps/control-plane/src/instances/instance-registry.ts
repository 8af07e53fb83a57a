import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { FromDataPlane, HelloMessage, MetricDeltaMessage } from '@sluice/sync/grpc';
import type { Badge } from '../join-tokens/admission.ts';
import { InstanceCommands, type SendCommand } from './instance-commands.ts';
import { InstanceRecord } from './instance-record.ts';
import { InstanceRows } from './instance-rows.ts';

/** A data plane whose stream is gone gets this long to come back before it counts as offline. */
const GRACE_MS = 5_000;
const SILENT_MS = 15_000;
const TICK_MS = 1_000;

/** How a data plane comes in: with what right, and how it is told to do something. */
export interface Arrival {
  readonly badge: Badge;
  readonly send: SendCommand;
}

/** Hears what a data plane of a group did. */
export type MetricListener = (groupId: number, metrics: MetricDeltaMessage) => void;

/** What the end of a stream tells the registry. */
export interface InstanceConnection {
  receive(message: FromDataPlane): void;
  close(): void;
}

/** The data planes whose streams end here. Their rows are written at most once a second; what changes their status, at once. */
@Injectable()
export class InstanceRegistry implements OnModuleInit, OnModuleDestroy {
  readonly #records = new Set<InstanceRecord>();
  /** Changed, and waiting for the next second. */
  readonly #dirty = new Set<InstanceRecord>();
  /** Waiting only for the write before. */
  readonly #due = new Set<InstanceRecord>();
  readonly #graces = new Set<NodeJS.Timeout>();
  readonly #listeners = new Set<(groupId: number) => void>();
  readonly #metricListeners = new Set<MetricListener>();
  readonly #log = new Logger('instances');
  #tick: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(
    @Inject(InstanceRows) private readonly rows: InstanceRows,
    @Inject(InstanceCommands) private readonly commands: InstanceCommands,
  ) {}

  onModuleInit(): void {
    this.#tick = setInterval(() => this.#everySecond(), TICK_MS);
  }

  /** Takes in a data plane that has said hello. */
  connect(groupId: number, hello: HelloMessage, { badge, send }: Arrival): InstanceConnection {
    const record = new InstanceRecord(groupId, hello, badge);
    this.#records.add(record);
    this.#flush([record]);
    const detach = this.commands.attach(groupId, hello.instance_id, send);
    return {
      receive: (message) => {
        this.#change(record, () => record.receive(message));
        if (message.metrics) for (const listener of this.#metricListeners) listener(groupId, message.metrics);
        if (message.command_result) this.commands.finish(groupId, hello.instance_id, message.command_result);
      },
      close: () => {
        detach();
        this.#close(record);
      },
    };
  }

  /** Calls back when rows of a group have been written by this process; returns how to stop that. */
  onChange(listener: (groupId: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back with every metric delta of the data planes that are connected here; returns how to stop that. */
  onMetrics(listener: MetricListener): () => void {
    this.#metricListeners.add(listener);
    return () => this.#metricListeners.delete(listener);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#tick);
    for (const grace of this.#graces) clearTimeout(grace);
    await this.#writing;
  }

  #change(record: InstanceRecord, change: () => void): void {
    const before = record.state;
    change();
    if (record.state === before) this.#dirty.add(record);
    else this.#flush([record]);
  }

  #close(record: InstanceRecord): void {
    this.#records.delete(record);
    const grace = setTimeout(() => {
      this.#graces.delete(grace);
      this.#change(record, () => record.lose());
    }, GRACE_MS);
    this.#graces.add(grace);
  }

  #everySecond(): void {
    const silentSince = performance.now() - SILENT_MS;
    for (const record of this.#records) {
      if (!record.isOffline && record.lastSeen < silentSince) this.#change(record, () => record.lose());
    }
    this.#flush(this.#dirty);
  }

  #flush(records: Iterable<InstanceRecord>): void {
    for (const record of records) {
      this.#dirty.delete(record);
      this.#due.add(record);
    }
    this.#writing ??= this.#writeDue().finally(() => (this.#writing = undefined));
  }

  /** One write after the other, so that an older state never overwrites a newer one. */
  async #writeDue(): Promise<void> {
    while (this.#due.size > 0) {
      const records = [...this.#due];
      this.#due.clear();
      try {
        await this.#write(records);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warn(`the state of data planes was not written: ${reason}`);
        // Tried again with the next second.
        for (const record of records) this.#dirty.add(record);
      }
    }
  }

  async #write(records: readonly InstanceRecord[]): Promise<void> {
    for (const record of records) {
      // The row of a stream that is over by now belongs to whichever came after it.
      if (record.connectedAt === undefined && this.#records.has(record)) await this.rows.open(record);
    }
    await this.rows.update(records);
    for (const groupId of new Set(records.map((record) => record.groupId))) {
      for (const listener of this.#listeners) listener(groupId);
    }
  }
}
