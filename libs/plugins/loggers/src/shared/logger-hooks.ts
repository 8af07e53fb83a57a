import { type BodyCapture, captureBody, type Hooks, type Kit, type RequestContext } from '@sluice/plugin-kit';
import { BatchQueue } from './batch-queue.ts';
import { entryMaker } from './log-entry.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What every logger that sends batches can be told. */
export interface LoggerConfig {
  readonly name: string;
  readonly batch_max_size: number;
  readonly inactive_timeout: number;
  readonly buffer_duration: number;
  readonly max_retry_count: number;
  readonly retry_delay: number;
  readonly log_format?: Fields | undefined;
  readonly log_format_extra?: Fields | undefined;
  readonly include_req_body: boolean;
  readonly include_req_body_expr?: readonly unknown[] | undefined;
  readonly include_resp_body: boolean;
  readonly include_resp_body_expr?: readonly unknown[] | undefined;
  readonly max_req_body_bytes: number;
  readonly max_resp_body_bytes: number;
}

interface LoggerMetadata {
  readonly log_format?: Fields | undefined;
  readonly log_format_extra?: Fields | undefined;
  readonly max_pending_entries: number;
}

const pendingMax = 8192;

/** The hooks of a logger: bodies are watched, an entry is made at the end, batches go to `deliver`. No request waits. */
export function loggerHooks<C extends LoggerConfig>(
  plugin: string,
  config: C,
  kit: Kit<unknown, LoggerMetadata>,
  deliver: (batch: readonly Fields[]) => Promise<void>,
): Hooks {
  const { metadata, log } = kit;
  const entryOf = entryMaker(
    config.log_format ?? metadata?.log_format,
    config.log_format_extra ?? metadata?.log_format_extra,
  );
  const lost = kit.metrics.counter('logger_entries_dropped_total', 'Entries that loggers lost.', ['plugin']);
  const queue = new BatchQueue<Fields>({
    sizeMax: config.batch_max_size,
    idleMs: config.inactive_timeout * 1000,
    ageMs: config.buffer_duration * 1000,
    retries: config.max_retry_count,
    retryDelayMs: config.retry_delay * 1000,
    pendingMax: metadata?.max_pending_entries ?? pendingMax,
    deliver,
    onLost(count, why) {
      lost.record([plugin], count);
      log.error('entries of a logger are lost', { plugin, name: config.name, count, why });
    },
  });
  const request = Symbol('request body');
  const response = Symbol('response body');
  const watchesRequest = watcher(config.include_req_body, config.include_req_body_expr, kit);
  const watchesResponse = watcher(config.include_resp_body, config.include_resp_body_expr, kit);
  const watch = (ctx: RequestContext, key: symbol, bytesMax: number): BodyCapture => {
    const capture = captureBody(bytesMax);
    ctx.state.set(key, capture);
    return capture;
  };

  return {
    ...(watchesRequest && {
      access(ctx: RequestContext) {
        if (watchesRequest(ctx)) ctx.request.transformBody(watch(ctx, request, config.max_req_body_bytes));
        return undefined;
      },
    }),
    ...(watchesResponse && {
      responseBody: (ctx: RequestContext) =>
        watchesResponse(ctx) ? watch(ctx, response, config.max_resp_body_bytes) : undefined,
    }),
    log(ctx) {
      if (ctx.isRehearsal) return;
      const { state } = ctx;
      const bodies = { request: state.get(request), response: state.get(response) } as Record<string, BodyCapture>;
      queue.push(entryOf(ctx, { request: bodies['request'], response: bodies['response'] }));
    },
    dispose: () => queue.close(),
  };
}

function watcher(isOn: boolean, rules: readonly unknown[] | undefined, { expression }: Pick<Kit, 'expression'>) {
  if (!isOn) return undefined;
  return rules === undefined ? () => true : expression(rules);
}
