import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorAnswer } from './error-answer.ts';

/** The only place where errors of the application become answers. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { status, body, headers } = errorAnswer(thrown, http.getRequest<FastifyRequest>());
    if (reply.sent) return;
    if (headers) void reply.headers(headers);
    void reply.status(status).send(body);
  }
}
