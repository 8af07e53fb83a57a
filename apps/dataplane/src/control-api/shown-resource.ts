import { type StoredResource, upstreamNodes } from '@sluice/engine';
import {
  isJsonObject,
  type PluginSchema,
  redact,
  type ResourceKind,
  resourceSecrets,
  withDefaults,
} from '@sluice/schema';

/** A resource as the compatible surface shows it: defaults filled, nodes as a list, secrets masked. */
export function shownResource(
  kind: ResourceKind,
  resource: StoredResource,
  lookup: (name: string) => PluginSchema | undefined,
): object {
  const written = JSON.parse(Buffer.from(resource.body).toString()) as unknown;
  const value = redact(withDefaults(kind.schema, written), resourceSecrets(kind, written, lookup));
  return {
    key: `/${kind.plural}/${resource.id}`,
    value: inOrder(kind.name === 'upstream' ? withNodeList(value) : withUpstream(value)),
    createdIndex: resource.createdRevision,
    modifiedIndex: resource.modifiedRevision,
  };
}

function withUpstream(value: unknown): unknown {
  if (!isJsonObject(value) || !isJsonObject(value['upstream'])) return value;
  return { ...value, upstream: withNodeList(value['upstream']) };
}

/** The short form `{"host:port": weight}` says the same as a list. */
function withNodeList(upstream: unknown): unknown {
  if (!isJsonObject(upstream) || !isJsonObject(upstream['nodes'])) return upstream;
  const nodes = upstreamNodes(upstream['nodes'], String(upstream['scheme']));
  return { ...upstream, nodes: nodes.map(({ host, port, weight }) => ({ host, port, weight })) };
}

/** Keys in one order, whatever filled them in. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, inOrder(value[key])]));
}
