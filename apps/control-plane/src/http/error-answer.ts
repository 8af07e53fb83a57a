import type { FastifyRequest } from 'fastify';
import { AdminAnswer } from '../admin-api/admin-answer.ts';
import { adminError, isAdminApiPath } from '../admin-api/admin-error.ts';
import { StoredAnswer } from '../idempotency/stored-answer.ts';
import { type Answerable, answerable, apiErrorBody } from './api-error.ts';

/** What is sent for an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What to answer to whatever was thrown, in the words of the API that was called. Faults of ours are logged. */
export function errorAnswer(thrown: unknown, request: FastifyRequest): ErrorAnswer {
  if (thrown instanceof AdminAnswer) return thrown;
  if (thrown instanceof StoredAnswer)
    return { status: thrown.status, body: thrown.answer.body, headers: thrown.headers };
  const error = answerable(thrown);
  log(request, error);
  if (isAdminApiPath(request.url)) return adminError(error, request);
  return { status: error.status, body: apiErrorBody(error, request.id) };
}

/** Refusals are the sender's business; what is ours is logged with everything that was kept from the answer. */
function log(request: FastifyRequest, error: Answerable): void {
  if (error.status < 500) return;
  const { code, cause } = error;
  const detail = 'detail' in error ? error.detail : undefined;
  const reason = cause instanceof Error ? cause.message : undefined;
  request.log.error({ code, detail, cause: reason, stack: cause instanceof Error ? cause.stack : error.stack }, code);
}
