import type { FastifyInstance, FastifyRequest } from 'fastify';

const loopbackHost = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/i;

/**
 * Refuses requests to a private port that a web page has caused: any page can make its visitor's browser call loopback, and a
 * name of its own can be made to point there.
 */
export function keepPagesOut(app: FastifyInstance, message: string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isFromAPage(request)) return reply.code(403).send({ error_msg: message });
  });
}

function isFromAPage({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || !loopbackHost.test(headers.host ?? '');
}
