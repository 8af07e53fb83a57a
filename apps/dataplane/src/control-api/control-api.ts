import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { kinds, type PluginSchema, redact, type ResourceKind, resourceSecrets } from '@sluice/schema';
import type { HeldResource } from '@sluice/sync';
import type { ConfigKeeper } from '../source/config-keeper.ts';

/** What the control API shows and does. */
export interface Controlled {
  readonly version: string;
  readonly keeper: ConfigKeeper;
  /** The revision of the copy on disk, from which the next start would begin. */
  keptRevision(): number | null;
  /** ready, starting, degraded or draining, with the reason. */
  state(): { readonly state: string; readonly reason: string };
  /** Plugin schemas by name: they say which fields are secret and not shown. */
  readonly lookup: (name: string) => PluginSchema | undefined;
  drain(): Promise<void>;
}

/**
 * The private API of a data plane, on loopback only: liveness, readiness, what is being served, drain. Paths under `/v1`
 * that exist in the compatible surface answer as there.
 */
export function controlApi(controlled: Controlled): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    if (isFromAPage(request)) return reply.code(403).send({ error_msg: 'The control API is not for browsers.' });
  });
  app.get('/healthz', () => ({ status: 'ok', version: controlled.version }));
  app.get('/readyz', (_request, reply) => {
    const now = controlled.state();
    const isReady = now.state === 'ready' || now.state === 'degraded';
    return reply.code(isReady ? 200 : 503).send(now);
  });
  app.get('/v1/revision', () => revisionOf(controlled));
  app.post('/v1/drain', async (_request, reply) => {
    void controlled.drain();
    return reply.code(202).send({ state: 'draining' });
  });
  for (const kind of kinds.values()) addKind(app, kind, controlled);
  return app;
}

const loopbackHost = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/i;

/** Any web page can make its visitor's browser call loopback, and a name can be made to point there. */
function isFromAPage({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || !loopbackHost.test(headers.host ?? '');
}

function revisionOf({ keeper, keptRevision }: Controlled): object {
  return {
    kept_revision: keptRevision(),
    applied_revision: keeper.appliedRevision,
    received_revision: keeper.state.revision,
    digest: Buffer.from(keeper.state.digest).toString('hex'),
    resource_count: keeper.state.size,
    errors: keeper.errors,
  };
}

function addKind(app: FastifyInstance, kind: ResourceKind, { keeper, lookup }: Controlled): void {
  const shown = (resource: HeldResource) => {
    const value = JSON.parse(Buffer.from(resource.body).toString()) as unknown;
    return {
      key: `/${kind.plural}/${resource.id}`,
      value: redact(value, resourceSecrets(kind, value, lookup)),
      createdIndex: resource.createdRevision,
      modifiedIndex: resource.modifiedRevision,
    };
  };
  app.get(`/v1/${kind.plural}`, () => [...keeper.state.values()].filter((held) => held.kind === kind.name).map(shown));
  app.get<{ Params: { id: string } }>(`/v1/${kind.name}/:id`, (request, reply) => {
    const held = keeper.state.get(kind.name, request.params.id);
    if (held) return shown(held);
    return reply.code(404).send({ error_msg: `${kind.name}[${request.params.id}] not found` });
  });
}
