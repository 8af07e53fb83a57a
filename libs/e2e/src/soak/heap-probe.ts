import { createServer, type Socket } from 'node:net';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/** What a thread says: that it is there, or how much heap it uses after a collection. */
interface HeapReport {
  readonly thread: number;
  readonly heapBytes: number | null;
}

const collect = (globalThis as { gc?: () => void }).gc;
const path = process.env.SOAK_PROBE;
const question = 'collect';

/**
 * Loaded into a data plane before its program (`--import`), in each of its threads: whoever connects to the socket named by
 * `SOAK_PROBE` is told how much heap all of them use after a forced collection, in bytes.
 */
if (collect && path !== undefined && process.argv[1]?.includes('dataplane')) {
  const channel = new BroadcastChannel('soak-probe');
  if (isMainThread) answerFor(path, channel, collect);
  else {
    channel.onmessage = ({ data }) => {
      if (data === question) channel.postMessage(reportAfter(collect));
    };
    channel.postMessage({ thread: threadId, heapBytes: null } satisfies HeapReport);
  }
  channel.unref();
}

function answerFor(socketPath: string, channel: BroadcastChannel, gc: () => void): void {
  const threads = new Map<number, number | null>();
  const waiting = new Set<Socket>();
  const note = ({ thread, heapBytes }: HeapReport): void => {
    threads.set(thread, heapBytes);
    const sizes = [...threads.values()];
    if (sizes.includes(null)) return;
    for (const socket of waiting) socket.end(String(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)));
    waiting.clear();
  };
  channel.onmessage = ({ data }) => {
    if (data !== question) note(data as HeapReport);
  };
  const server = createServer((socket) => {
    socket.on('error', () => waiting.delete(socket));
    waiting.add(socket);
    for (const thread of threads.keys()) threads.set(thread, null);
    channel.postMessage(question);
    note(reportAfter(gc));
  });
  server.listen(socketPath).unref();
}

function reportAfter(gc: () => void): HeapReport {
  gc();
  return { thread: threadId, heapBytes: process.memoryUsage().heapUsed };
}
