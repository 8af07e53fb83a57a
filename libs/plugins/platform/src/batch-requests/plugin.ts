import { STATUS_CODES } from 'node:http';
import {
  type Answer,
  definePlugin,
  grouped,
  type HandledRequest,
  type HeaderValue,
  type Kit,
  type Reply,
  reply,
  type RequestContext,
} from '@sluice/plugin-kit';
import { readBatch } from './batch.ts';
import { readBody, TooLarge } from './read-body.ts';
import { commonHeaders, itemRequest, UnsendableItem } from './item-request.ts';
import { batchRequestsSchema } from './schema.ts';

/** Bytes of all answers of a batch together, so that a small question cannot fill the memory. */
const answersBytesMax = 64 * 1024 * 1024;
const asJson = { 'Content-Type': 'application/json' };

/** Serves an address that takes many requests in one. The plugin does nothing on a route. */
export const batchRequests = definePlugin(
  batchRequestsSchema,
  () => ({}),
  (kit) => {
    const limits = limitsOf(kit);
    return [{ methods: ['POST'], path: addressOf(kit), handle: (ctx) => serve(ctx, limits) }];
  },
);

interface Limits {
  readonly bodyBytes: number;
  readonly items: number;
}

function limitsOf({ metadata }: Kit): Limits {
  const { max_body_size: bodyBytes = 1_048_576, max_pipeline_items: items = 1000 } = (metadata ?? {}) as {
    readonly max_body_size?: number;
    readonly max_pipeline_items?: number;
  };
  return { bodyBytes, items };
}

function addressOf({ attributes: { uri } }: Kit): string {
  return typeof uri === 'string' && uri.startsWith('/') ? uri : '/apisix/batch-requests';
}

const refused = (status: number, message: string): Reply => reply(status, { error_msg: message }, asJson);

async function serve(ctx: RequestContext, limits: Limits): Promise<Reply> {
  // A batch of batches of batches would be a thousand times a thousand times a thousand requests.
  if (ctx.depth > 0) return refused(400, 'a batch must not be part of a batch');
  try {
    const text = await readBody(ctx.request, limits.bodyBytes);
    if (text === '') return refused(400, 'no request body, you should give at least one pipeline setting');
    const reading = readBatch(text, limits.items);
    if ('problem' in reading) return refused(400, reading.problem);
    const { batch } = reading;
    const common = commonHeaders(ctx.request.headers, batch, ctx.client.ip);
    // All of them before the first is sent: a batch that makes no sense does nothing.
    const requests = (batch.pipeline ?? []).map((item) => itemRequest(item, batch, common));
    return reply(200, ctx.isRehearsal ? [] : await sendAll(ctx, requests), asJson);
  } catch (error) {
    if (error instanceof TooLarge) return refused(413, error.message);
    if (error instanceof UnsendableItem) return refused(400, `request failed: ${error.message}`);
    throw error;
  }
}

/** One answer of a batch, as the client gets it. */
interface BatchAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  readonly body?: string;
  readonly read_body_err?: string;
}

/** One after the other, in order: a request may depend on what the one before has done. */
async function sendAll(ctx: RequestContext, requests: readonly HandledRequest[]): Promise<BatchAnswer[]> {
  const answers: BatchAnswer[] = [];
  let room = answersBytesMax;
  for (const request of requests) {
    if (ctx.signal.aborted) break;
    const answer = await sent(ctx, request, room);
    room -= Buffer.byteLength(answer.body ?? '');
    answers.push(answer);
  }
  return answers;
}

async function sent(ctx: RequestContext, request: HandledRequest, bytesMax: number): Promise<BatchAnswer> {
  let answer: Answer;
  try {
    answer = await ctx.handle(request);
  } catch {
    // The gateway answers for upstreams that fail: without any answer, its time was over.
    return { status: 504, reason: 'upstream timeout' };
  }
  const { status } = answer;
  const head = { status, reason: STATUS_CODES[status] ?? '', headers: grouped(answer.headers.entries()) };
  try {
    const body = await answer.read(bytesMax);
    if (body === null) return { ...head, read_body_err: 'the answers are too large together' };
    return { ...head, body: Buffer.from(body.buffer, body.byteOffset, body.length).toString() };
  } catch {
    return { ...head, read_body_err: 'the answer broke off' };
  }
}
