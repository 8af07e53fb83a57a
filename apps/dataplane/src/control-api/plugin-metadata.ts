import { pluginMetadataKind, redact, resourceSecrets } from '@sluice/schema';
import type { StoredResource } from '@sluice/engine';
import type { FastifyInstance } from 'fastify';
import type { Controlled } from './control-api.ts';

/** What plugins share is shown without the keys of a store around it, as in the compatible surface. */
export function addPluginMetadata(
  app: FastifyInstance,
  { keeper, lookup }: Pick<Controlled, 'keeper' | 'lookup'>,
): void {
  const kind = pluginMetadataKind.name;
  const shown = ({ id, body }: StoredResource): object => {
    const value = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
    const open = redact(value, resourceSecrets(pluginMetadataKind, { ...value, id }, lookup)) as object;
    return { ...open, id };
  };
  app.get('/v1/plugin_metadatas', () => [...keeper.served.values()].filter((held) => held.kind === kind).map(shown));
  app.get<{ Params: { id: string } }>('/v1/plugin_metadata/:id', (request, reply) => {
    const held = keeper.served.get(kind, request.params.id);
    if (held) return shown(held);
    return reply.code(404).send({ error_msg: `plugin metadata[${request.params.id}] not found` });
  });
}
