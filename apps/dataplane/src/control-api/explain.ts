import type { FastifyInstance } from 'fastify';
import { explainRequest } from './explain-request.ts';

/** Explains a request; see `Engine.explain`. */
export type Explain = (request: unknown) => Promise<unknown>;

/** `POST /v1/explain`: what would become, or became, of a request. */
export function addExplain(app: FastifyInstance, explain: Explain): void {
  app.post('/v1/explain', { bodyLimit: 2 * 1024 * 1024 }, async (request, reply) => {
    let asked;
    try {
      asked = explainRequest(request.body);
    } catch (error) {
      return reply.code(400).send({ error_msg: error instanceof Error ? error.message : String(error) });
    }
    return reply.send(await explain(asked));
  });
}
