import { BatchQueue, definePlugin, type Hooks, type Kit, type LossReport, Shared } from '@sluice/plugin-kit';
import { entriesLost, entryHooks, entryMakerFor } from '../shared/logger-hooks.ts';
import { LineFile } from './line-file.ts';
import { allowedFile, logFolders } from './log-folders.ts';
import { fileLoggerSchema, pathMissing } from './schema.ts';

const files = new Shared<LineFile>();

/** Lines are collected for 100 ms, or until there are so many bytes. */
const limits = {
  sizeMax: Infinity,
  bytesMax: 64 * 1024,
  idleMs: 100,
  ageMs: 100,
  retries: 0,
  retryDelayMs: 0,
  pendingMax: 65_536,
  pendingBytesMax: 64 * 1024 * 1024,
};

/** Appends entries to a file. The disk may be slow: nobody waits for it but lines, of which a bounded number may. */
export const fileLogger = definePlugin(fileLoggerSchema, (config, kit): Hooks => {
  const path = config.path ?? kit.metadata?.path;
  const lost = entriesLost('file-logger', path ?? '', kit);
  const conditions = config.match?.map((rules) => kit.expression(rules)) ?? [];
  const entryOf = entryMakerFor(config, kit);
  const sink = placeFor(path, kit, lost);
  if (!('push' in sink)) {
    kit.log.error('a logger has nowhere to write to', { plugin: 'file-logger', owner: kit.owner, why: sink.problem });
  }
  return {
    ...entryHooks(
      config,
      kit,
      (ctx, bodies) => `${JSON.stringify(entryOf(ctx, bodies))}\n`,
      'push' in sink ? (line, bytes) => sink.push(line, bytes) : () => lost.add(1, sink.problem),
      conditions.length === 0 ? undefined : (ctx) => conditions.some((holds) => holds(ctx)),
    ),
    async dispose() {
      if ('push' in sink) await sink.close();
      lost.close();
    },
  };
});

interface Place {
  push(line: string, bytes: number): void;
  close(): Promise<void>;
}

/** The way to the file. What is wrong with its path only the data plane knows, and a request must not fail for it. */
function placeFor(
  path: string | undefined,
  kit: Pick<Kit, 'attributes' | 'dataFolder' | 'log'>,
  lost: LossReport,
): Place | { readonly problem: string } {
  if (path === undefined) return { problem: pathMissing };
  const folders = logFolders(kit);
  const file = allowedFile(folders, path);
  if (file === undefined) {
    return { problem: `${path} is in none of the folders that may be written: ${folders.folders.join(', ')}` };
  }
  const { value, release } = files.take(kit, file, () => new LineFile(file, folders.isOwn));
  const queue = new BatchQueue<string>({
    ...limits,
    deliver: (lines) => value.append(lines.join('')),
    onLost: (lines, why) => lost.add(lines.length, why),
  });
  return {
    push: (line, bytes) => queue.push(line, bytes),
    async close() {
      await queue.close();
      await release();
    },
  };
}
