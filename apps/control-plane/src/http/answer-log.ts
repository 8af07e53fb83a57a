import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { knownCaller } from '../access/author.ts';
import type { HttpMetrics } from '../metrics/http-metrics.ts';

/** Tells of every answer: one line in the log, and in the metrics. */
export function observeAnswers(server: FastifyInstance, metrics: HttpMetrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    observeAnswer(request, reply, metrics);
    done();
  });
}

/** Tells of one answer. The query is left out, which may hold a key. */
export function observeAnswer(request: FastifyRequest, reply: FastifyReply, metrics: HttpMetrics): void {
  metrics.answered(request, reply);
  const { method, url, routeOptions, ip } = request;
  const author = knownCaller(request)?.author;
  const line = {
    method,
    path: url.split('?', 1)[0],
    route: routeOptions.url,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ip,
    ...(author && { caller: author.name }),
  };
  request.log.info(line, 'answered');
}
