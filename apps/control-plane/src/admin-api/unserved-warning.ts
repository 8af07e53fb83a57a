import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { kindByPlural, warningsOf } from '@sluice/schema';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AdminPath, placeOf } from './admin-target.ts';

/** Tells clients about resources that are stored and not served: RFC 7234's header, code 299, on every answer. */
@Injectable()
export class UnservedWarning implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const http = context.switchToHttp();
    const path = http.getRequest<FastifyRequest>().params as AdminPath;
    const warnings = kindByPlural(path.resource) ? warningsOf(placeOf(path).kind.name) : [];
    for (const warning of warnings) warn(http.getResponse<FastifyReply>(), warning);
    return next.handle();
  }
}

/** Adds a warning to an answer: RFC 7234, code 299. The text must be one that a header can hold. */
export function warn(reply: FastifyReply, text: string): void {
  const given = reply.getHeader('warning');
  const warning = `299 - "${text}"`;
  void reply.header('warning', given === undefined ? warning : `${given}, ${warning}`);
}
