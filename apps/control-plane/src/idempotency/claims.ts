import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IdempotencyKeys } from './idempotency-keys.ts';
import type { KeyedRequest } from './keyed-request.ts';
import { keptHeaders } from './stored-answer.ts';

/** A request that is being carried out under its key. */
export interface Claim {
  readonly keys: IdempotencyKeys;
  readonly keyed: KeyedRequest;
  /** The answer holds a secret that is told only once, and is not kept. */
  readonly isSecret: boolean;
}

const claims = new WeakMap<FastifyRequest, Claim>();

/** Remembers for the length of a request that its answer is to be kept. */
export function rememberClaim(request: FastifyRequest, claim: Claim): void {
  claims.set(request, claim);
}

/** Settles every claim before its answer leaves, so that whoever has the answer can also repeat the question. */
export function settleClaims(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    const claim = claims.get(request);
    if (!claim) return payload;
    claims.delete(request);
    await settle(claim, reply, payload).catch((error: unknown) => {
      // The work is done; only a repetition will have to find that out from the audit trail.
      request.log.warn({ cause: String(error) }, 'the answer was not kept for its Idempotency-Key');
    });
    return payload;
  });
}

async function settle({ keys, keyed, isSecret }: Claim, reply: FastifyReply, payload: unknown): Promise<void> {
  const { statusCode: status } = reply;
  if (status >= 500) return keys.abandon(keyed);
  if (status >= 400) return keys.release(keyed);
  const body = payload === undefined || payload === null ? '' : bodyText(payload);
  const isKept = !isSecret && body !== undefined;
  return keys.keep(keyed, status, isKept ? { headers: keptHeaders(reply.getHeaders()), body } : null);
}

/** Streams and files are not kept. */
function bodyText(payload: unknown): string | undefined {
  return typeof payload === 'string' ? payload : undefined;
}
