import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bodyBytesMax } from './body-limits.ts';

/**
 * Has whoever calls an endpoint that takes large bodies admitted before a byte of the body is read: a guard runs only when
 * the whole body is in memory. Must be called before there are routes.
 */
export function guardLargeBodies(server: FastifyInstance, admit: (request: FastifyRequest) => Promise<void>): void {
  server.addHook('onRequest', async (request) => {
    if ((request.routeOptions.bodyLimit ?? 0) > bodyBytesMax) await admit(request);
  });
}
