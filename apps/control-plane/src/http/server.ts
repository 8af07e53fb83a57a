import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import fastifyStatic from '@fastify/static';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { addAdminTransport } from '../admin-api/admin-transport.ts';
import type { Settings } from '../config/settings.ts';
import { settleClaims } from '../idempotency/claims.ts';
import type { HttpMetrics } from '../metrics/http-metrics.ts';
import { adminTls } from './admin-tls.ts';
import { allowOnly } from './allowed-addresses.ts';
import { observeAnswer, observeAnswers } from './answer-log.ts';
import { bodyBytesMax, bodyLimitOf } from './body-limits.ts';
import { errorAnswer } from './error-answer.ts';
import { refuseNul } from './nul-guard.ts';
import { answerUnreadable, logUnreadable } from './unreadable-request.ts';

const saneRequestId = /^[\w.:-]{8,128}$/;

/**
 * The HTTP server under the application: no proxy is trusted, bodies are handed on as bytes, every answer carries security
 * headers and a request id, and one log line tells of it without its query (which may hold a key).
 */
export function createServer(settings: Settings, metrics: HttpMetrics): FastifyAdapter {
  const https = adminTls(settings);
  const adapter = new FastifyAdapter({
    ...(https && { https }),
    logger: { level: settings.log_level },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: requestId,
    // What the router itself refuses, such as a malformed URL, never reaches the application and its filter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const { status, body } = errorAnswer(error, request);
      void reply.headers(responseHeaders(request.id)).status(status).send(body);
      observeAnswer(request, reply, metrics);
    },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
      const refused = answerUnreadable(error, socket);
      if (!refused) return;
      logUnreadable(server.log, refused);
      metrics.refused(refused.status);
    },
    bodyLimit: bodyBytesMax,
    requestTimeout: 60_000,
    trustProxy: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
  });
  // The adapter's type of instance is wider than what it makes.
  const server = adapter.getInstance() as unknown as FastifyInstance;
  // Only the sending of files is taken from the plugin: it makes no routes of its own.
  void server.register(fastifyStatic, { serve: false, root: '/' });
  takeAnyBody(server);
  addResponseHeaders(server);
  allowOnly(server, settings.allow_admin);
  addAdminTransport(server);
  refuseNul(server);
  settleClaims(server);
  observeAnswers(server, metrics);
  return adapter;
}

function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const offered = headers['x-request-id'];
  return typeof offered === 'string' && saneRequestId.test(offered) ? offered : randomUUID();
}

/** Content types are ignored: curl sends JSON as a form. Whoever reads a body parses it strictly. */
function takeAnyBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRoute', (route) => {
    const limit = bodyLimitOf(route.url);
    if (limit !== undefined) route.bodyLimit = limit;
  });
}

function addResponseHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(responseHeaders(request.id));
    done();
  });
}

function responseHeaders(requestId: string): Readonly<Record<string, string>> {
  return {
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}
