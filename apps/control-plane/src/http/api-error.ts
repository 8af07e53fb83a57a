import { HttpException } from '@nestjs/common';
import { GatewayError } from '@sluice/errors';
import { QueryFailedError } from 'typeorm';
import { httpErrors } from './http.errors.ts';
import { Refusal } from './refusal.ts';

/** An error that may leave the process. */
export type Answerable = GatewayError | Refusal;

/** What an error of any origin means to the one who sent the request. What is not known becomes INTERNAL, with its cause. */
export function answerable(error: unknown): Answerable {
  if (error instanceof GatewayError || error instanceof Refusal) return error;
  if (error instanceof HttpException) return byStatus(error.getStatus(), error);
  if (isDatabaseGone(error)) return httpErrors.DATABASE_UNAVAILABLE(undefined, error);
  const { statusCode } = error as { statusCode?: unknown };
  return byStatus(typeof statusCode === 'number' ? statusCode : 500, error);
}

/** The body of an error in `/api/v1`. */
export function apiErrorBody(error: Answerable, requestId: string): object {
  const { code, message } = error;
  const details = error instanceof Refusal ? { field: error.field, issues: error.issues, ...error.report } : {};
  return { error: { code, message, ...details, request_id: requestId } };
}

function byStatus(status: number, cause: unknown): GatewayError {
  if (status === 404) return httpErrors.NOT_FOUND(undefined, cause);
  if (status === 413) return httpErrors.TOO_LARGE(undefined, cause);
  return status < 500 ? httpErrors.MALFORMED_REQUEST(undefined, cause) : httpErrors.INTERNAL(undefined, cause);
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '08006',
]);

function isDatabaseGone(error: unknown): boolean {
  const origin = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  const { code, message } = (origin ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return connectionCodes.has(code);
  return typeof message === 'string' && /^Connection terminated|^timeout exceeded when trying to connect/.test(message);
}
