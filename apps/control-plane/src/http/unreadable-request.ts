import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { apiErrorBody } from './api-error.ts';
import { httpErrors } from './http.errors.ts';

const statuses: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** What is told about a request that was refused before it was one. */
export interface UnreadableRequest {
  readonly status: number;
  readonly requestId: string;
  readonly ip: string | undefined;
  /** Of the parser, such as `HPE_INVALID_METHOD`. */
  readonly code: string;
}

/** Answers what is no HTTP request; undefined where the other side is gone and hears nothing. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): UnreadableRequest | undefined {
  const { code = 'UNKNOWN' } = error;
  if (code === 'ECONNRESET' || socket.destroyed) return undefined;
  const status = statuses[code] ?? 400;
  const requestId = randomUUID();
  const body = JSON.stringify(apiErrorBody(httpErrors.MALFORMED_REQUEST(), requestId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  const ip = socket.remoteAddress;
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
  return { status, requestId, ip, code };
}

/** One line for it, as for every other request. What was sent is not shown: nobody knows what it holds. */
export function logUnreadable(log: FastifyBaseLogger, { status, requestId, ip, code }: UnreadableRequest): void {
  log.info({ request_id: requestId, status, ip, code }, 'refused');
}
