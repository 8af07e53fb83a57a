import type { FastifyInstance } from 'fastify';

/**
 * Plugins come with the build, so that there is nothing to load; clients of the compatible surface only want to hear that it
 * is done. They send an empty body of any type.
 */
export function addPluginReload(app: FastifyInstance): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 1024 }, (_request, _body, done) => done(null));
    scope.put('/v1/plugins/reload', (_request, reply) => reply.type('text/plain').send('done'));
  });
}
