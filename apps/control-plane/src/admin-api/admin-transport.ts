import type { FastifyInstance } from 'fastify';
import { version } from '../system/version.ts';
import { isAdminApiPath } from './admin-error.ts';

/** Clients read the version of the API from the first product of the header, and choose by it what they may send. */
const compatibleWith = 'APISIX/3.18.0';

/** Pages of any origin may call this API: it knows no cookies of ours, only keys that a page must already have. */
const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': '*',
  'access-control-max-age': '3600',
};

const preflight = {
  'access-control-allow-methods': 'POST, GET, PUT, OPTIONS, DELETE, PATCH',
  'access-control-allow-headers': '*',
  'content-type': 'text/plain',
  'content-length': '0',
};

/** What every answer of the Admin API carries, and the answer to what asks for nothing else. */
export function addAdminTransport(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (!isAdminApiPath(request.url)) return done();
    reply.headers({ ...crossOrigin, server: `${compatibleWith} Sluice/${version}` });
    if (request.method === 'OPTIONS') return void reply.headers(preflight).send();
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    // Clients take the header as a sign that their key was accepted.
    if (isAdminApiPath(request.url) && reply.statusCode !== 401) reply.header('x-api-version', 'v3');
    done(null, payload);
  });
}
