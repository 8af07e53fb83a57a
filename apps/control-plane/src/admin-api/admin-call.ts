import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../access/author.ts';
import { CONFIRM_MISSING_PLUGINS } from '../resources/fleet-confirmation.ts';
import type { EditOptions } from '../resources/resource.service.ts';
import { badRequest } from './admin-answer.ts';
import { type AdminQuery, parameter } from './admin-list.ts';

/** A write and the one who asks for it. */
export interface AdminCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly options: EditOptions;
}

/** Parameter decorator: the call behind a write. Dry runs and messages are not part of this API. */
export const Call = createParamDecorator((_: unknown, context: ExecutionContext): AdminCall => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const { name, type, sourceIp } = callerOf(request).author;
  const query = request.query as AdminQuery;
  const options: EditOptions = {
    author: { name, type, sourceIp },
    source: 'api',
    requestId: request.id,
    force: parameter(query, 'force') === 'true',
    confirmsMissingPlugins: parameter(query, 'confirm') === CONFIRM_MISSING_PLUGINS,
    expiresAt: expiryOf(parameter(query, 'ttl')),
  };
  return { request, reply: http.getResponse<FastifyReply>(), options };
});

function expiryOf(ttl: string | undefined): Date | null {
  if (ttl === undefined) return null;
  const seconds = Number(ttl);
  if (ttl.trim() === '' || !Number.isFinite(seconds)) throw badRequest('invalid argument ttl: should be a number');
  const expiry = new Date(Date.now() + Math.max(seconds, 1) * 1000);
  if (Number.isNaN(expiry.getTime())) throw badRequest('invalid argument ttl: is too large');
  return expiry;
}
