import { BatchQueue, type Hooks, type Kit, LossReport, type RequestContext } from '@sluice/plugin-kit';
import { type BodyConfig, watchBodies } from './body-watch.ts';
import { type EntryFormat, entryMaker, type Fields, formatOf, type KeptBodies, namesRequestBody } from './log-entry.ts';

/** What every logger can be told. */
export interface EntryConfig extends EntryFormat, BodyConfig {}

/** What every logger that sends batches can be told. */
export interface LoggerConfig extends EntryConfig {
  readonly name: string;
  readonly batch_max_size: number;
  readonly inactive_timeout: number;
  readonly buffer_duration: number;
  readonly max_retry_count: number;
  readonly retry_delay: number;
}

/** What is said of all configurations of a logger. */
export interface LoggerMetadata extends EntryFormat {
  readonly max_pending_entries?: number | undefined;
}

/** What a logger may do in its own way. */
export interface LoggerWays<E> {
  /** Makes an entry; without it, an entry is the object that the format describes. */
  entryOf?(ctx: RequestContext, bodies: KeptBodies): E;
  /** Bytes that may wait. */
  readonly pendingBytesMax?: number;
}

const pendingMax = 8192;
/** Entries may hold bodies, which clients choose: their number alone would be no bound. */
const pendingBytesMax = 64 * 1024 * 1024;

/** The hooks of a logger: bodies are watched, an entry is made at the end, batches go to `deliver`. No request waits. */
export function loggerHooks<E = Fields>(
  plugin: string,
  config: LoggerConfig,
  kit: Kit<unknown, LoggerMetadata>,
  deliver: (batch: readonly E[]) => Promise<void>,
  ways: LoggerWays<E> = {},
): Hooks {
  const lost = entriesLost(plugin, config.name, kit);
  const queue = new BatchQueue<E>({
    sizeMax: config.batch_max_size,
    idleMs: config.inactive_timeout * 1000,
    ageMs: config.buffer_duration * 1000,
    retries: config.max_retry_count,
    retryDelayMs: config.retry_delay * 1000,
    pendingMax: kit.metadata?.max_pending_entries ?? pendingMax,
    pendingBytesMax: ways.pendingBytesMax ?? pendingBytesMax,
    deliver,
    onLost: (entries, why) => lost.add(entries.length, why),
  });
  const entryOf = ways.entryOf ?? (entryMakerFor(config, kit) as NonNullable<LoggerWays<E>['entryOf']>);
  return {
    ...entryHooks(config, kit, entryOf, (entry, bytes) => queue.push(entry, bytes)),
    async dispose() {
      await queue.close();
      lost.close();
    },
  };
}

/** The hooks by which a logger that is no batch sender learns of requests: `take` gets each entry and about its size in bytes. */
export function entryHooks<E>(
  config: EntryConfig,
  kit: Kit<unknown, EntryFormat>,
  entryOf: (ctx: RequestContext, bodies: KeptBodies) => E,
  take: (entry: E, bytes: number) => void,
  isWanted?: (ctx: RequestContext) => boolean,
): Hooks {
  const { hooks, bodiesOf } = watchBodies(config, kit, namesRequestBody(formatOf(config, kit.metadata)));
  return {
    ...hooks,
    log(ctx) {
      if (ctx.isRehearsal || isWanted?.(ctx) === false) return;
      const bodies = bodiesOf(ctx);
      const entry = entryOf(ctx, bodies);
      take(entry, typeof entry === 'string' ? entry.length : roughSize(ctx, bodies, config));
    },
  };
}

/** Makes the entries that a configuration asks for. */
export function entryMakerFor(
  config: EntryFormat,
  { metadata, version }: Pick<Kit<unknown, EntryFormat>, 'metadata' | 'version'>,
): (ctx: RequestContext, bodies: KeptBodies) => Fields {
  return entryMaker(formatOf(config, metadata), version);
}

/** Counts what a logger lost, and tells the error log. Close it at the end. */
export function entriesLost(plugin: string, name: string, { metrics, log }: Pick<Kit, 'metrics' | 'log'>): LossReport {
  const metric = metrics.counter('logger_entries_dropped_total', 'Entries that loggers lost.', ['plugin']);
  return new LossReport(log, {
    message: 'entries of a logger are lost',
    fields: { plugin, name },
    metric,
    labels: [plugin],
  });
}

/** The usual fields, the header lines that were received, and the bodies. */
function roughSize({ bytes }: RequestContext, { request, response }: KeptBodies, config: BodyConfig): number {
  const kept =
    Math.min(request?.total ?? 0, config.max_req_body_bytes) +
    Math.min(response?.total ?? 0, config.max_resp_body_bytes);
  return 1024 + Math.min(bytes.received, 65_536) + kept;
}
