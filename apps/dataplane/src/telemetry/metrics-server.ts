import Fastify, { type FastifyInstance } from 'fastify';
import { keepPagesOut } from '../control-api/keep-pages-out.ts';

/** Serves the Prometheus text at the path of the compatible surface and at `/metrics`, on loopback. */
export function metricsServer(render: () => string): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  keepPagesOut(app, 'The metrics are not for browsers.');
  for (const path of ['/apisix/prometheus/metrics', '/metrics']) {
    app.get(path, (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(render()));
  }
  return app;
}
