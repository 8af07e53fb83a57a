import type { FastifyInstance } from 'fastify';
import { Refusal } from './refusal.ts';

/** No id and no text of ours holds this character, and the database takes none that does. */
const NUL = '\0';

/** Refuses requests whose decoded path or query holds a NUL, before anything is looked up by them. */
export function refuseNul(server: FastifyInstance): void {
  server.addHook('onRequest', ({ params, query }, _reply, done) => {
    done(holdsNul(params) || holdsNul(query) ? nulRefusal() : undefined);
  });
}

/** The refusal of a text with a NUL. */
export function nulRefusal(): Refusal {
  return new Refusal('INVALID', 'The path and the query must not hold a NUL character.');
}

/** Whether a text has a NUL, or any name or text of a list or an object has. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(NUL);
  return typeof value === 'object' && value !== null && Object.entries(value).flat().some(holdsNul);
}
