import { addressSet } from '@sluice/expr';
import type { FastifyInstance } from 'fastify';
import { httpErrors } from './http.errors.ts';

/** Probes and scrapers are no administrators. */
const openToAll = /^\/(?:healthz|readyz|metrics)(?:\?|$)/;

/** Turns away whoever is not at one of these addresses, before anything of the request is looked at. */
export function allowOnly(server: FastifyInstance, addresses: readonly string[] | undefined): void {
  if (addresses === undefined) return;
  const isAllowed = addressSet(addresses);
  server.addHook('onRequest', (request, _reply, done) => {
    if (isAllowed(request.ip) || openToAll.test(request.url)) return done();
    done(httpErrors.ADDRESS_NOT_ALLOWED(request.ip));
  });
}
