import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import fastifyStatic from '@fastify/static';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { addAdminTransport } from '../admin-api/admin-transport.ts';
import type { Settings } from '../config/settings.ts';
import { bodyBytesMax, changeSetBytesMax } from './body-limits.ts';
import { errorAnswer } from './error-answer.ts';
import { refuseNul } from './nul-guard.ts';

const saneRequestId = /^[\w.:-]{8,128}$/;

/**
 * The HTTP server under the application: no proxy is trusted, bodies are handed on as bytes, every answer carries security
 * headers and a request id, and one log line tells of it without its query (which may hold a key).
 */
export function createServer(settings: Settings): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...tlsOptions(settings),
    logger: { level: settings.log_level },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    // What the router itself refuses, such as a malformed URL, never reaches the application and its filter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const { status, body } = errorAnswer(error, request);
      void reply.status(status).send(body);
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
  addAdminTransport(server);
  refuseNul(server);
  logAnswers(server);
  return adapter;
}

function tlsOptions({ admin_tls_cert: cert, admin_tls_key: key, admin_tls_ca: ca }: Settings): object {
  if (!cert || !key) return {};
  const client = ca ? { ca: readFileSync(ca), requestCert: true, rejectUnauthorized: true } : {};
  return { https: { cert: readFileSync(cert), key: readFileSync(key), ...client } };
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
    if (route.url.endsWith('/change-sets')) route.bodyLimit = changeSetBytesMax;
  });
}

function addResponseHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    done();
  });
}

function logAnswers(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0];
    const took = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ method: request.method, path, status: reply.statusCode, ms: took, ip: request.ip }, 'answered');
    done();
  });
}
