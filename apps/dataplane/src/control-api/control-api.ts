import Fastify, { type FastifyInstance } from 'fastify';
import { kinds, pluginMetadataKind, type PluginSchema, type ResourceKind } from '@sluice/schema';
import type { StoredResource } from '@sluice/engine';
import type { ConfigKeeper } from '../source/config-keeper.ts';
import type { UpstreamHealth } from '../telemetry/upstream-health.ts';
import type { WorkerState } from '../workers/worker-crew.ts';
import { addExplain, type Explain } from './explain.ts';
import { addHealthcheck } from './healthcheck.ts';
import { keepPagesOut } from './keep-pages-out.ts';
import { addPluginMetadata } from './plugin-metadata.ts';
import { addPluginReload } from './plugin-reload.ts';
import { shownResource } from './shown-resource.ts';

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
  readonly health: Pick<UpstreamHealth, 'report' | 'reports'>;
  workers(): readonly WorkerState[];
  /** Throws where there is no such level. */
  setLogLevel(level: string): void;
  readonly explain: Explain;
  /** Opens log files anew, after somebody has moved them away. */
  reopenLogs(): void;
  /** Writes the copy on disk now. */
  keep(): Promise<void>;
  drain(): Promise<void>;
  /** Another data plane serves on the same ports: gives up what only one can have, and drains. */
  handOver(): Promise<void>;
}

/**
 * The private API of a data plane, on loopback only: liveness, readiness, what is being served, drain. Paths under `/v1`
 * that exist in the compatible surface answer as there.
 */
export function controlApi(controlled: Controlled): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  keepPagesOut(app, 'The control API is not for browsers.');
  app.get('/healthz', () => ({ status: 'ok', version: controlled.version, pid: process.pid }));
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
  addProcess(app, controlled);
  addExplain(app, controlled.explain);
  const { health, keeper } = controlled;
  addHealthcheck(app, {
    reports: () => health.reports(),
    report: (kind, id) => health.report(kind, id),
    exists: (kind, id) => keeper.served.store.get(kind, id) !== undefined,
  });
  for (const kind of kinds.values()) if (kind !== pluginMetadataKind) addKind(app, kind, controlled);
  addPluginMetadata(app, controlled);
  addPluginReload(app);
  return app;
}

/** Workers, log level, hand-over: what concerns the process and not its configuration. */
function addProcess(app: FastifyInstance, controlled: Controlled): void {
  app.get('/v1/workers', () => ({ workers: controlled.workers() }));
  app.put<{ Body: { level?: unknown } | null }>('/v1/log-level', (request, reply) => {
    try {
      controlled.setLogLevel(String(request.body?.level));
    } catch (error) {
      return reply.code(400).send({ error_msg: error instanceof Error ? error.message : String(error) });
    }
    return reply.send({ level: request.body?.level });
  });
  app.post('/v1/reopen-logs', () => {
    controlled.reopenLogs();
    return {};
  });
  app.post('/v1/keep', async () => {
    await controlled.keep();
    return {};
  });
  app.post('/v1/hand-over', async (_request, reply) => {
    await controlled.handOver();
    return reply.code(202).send({ state: 'draining' });
  });
}

function revisionOf({ keeper, keptRevision }: Controlled): object {
  return {
    kept_revision: keptRevision(),
    applied_revision: keeper.appliedRevision,
    received_revision: keeper.received.revision,
    digest: Buffer.from(keeper.received.digest).toString('hex'),
    resource_count: keeper.served.store.size,
    errors: keeper.errors,
  };
}

function addKind(app: FastifyInstance, kind: ResourceKind, { keeper, lookup }: Controlled): void {
  const { served } = keeper;
  const shown = (resource: StoredResource) => shownResource(kind, resource, lookup);
  app.get(`/v1/${kind.plural}`, () => [...served.values()].filter((held) => held.kind === kind.name).map(shown));
  app.get<{ Params: { id: string } }>(`/v1/${kind.name}/:id`, (request, reply) => {
    const held = served.get(kind.name, request.params.id);
    if (held) return shown(held);
    return reply.code(404).send({ error_msg: `${kind.name}[${request.params.id}] not found` });
  });
}
