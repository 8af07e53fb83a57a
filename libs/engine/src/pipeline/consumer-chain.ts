import { type Reply, reply } from '@sluice/plugin-kit';
import type { Generation } from '../snapshot/generation.ts';
import type { Resource } from '../snapshot/resource.ts';
import type { BoundRoute } from './bound-route.ts';
import type { Chain } from './chain.ts';
import { compileChain } from './compile-chain.ts';
import { instancesOf } from './instances.ts';
import { type BinderTools, mergedPlugins } from './route-binder.ts';

/** How many consumers' chains a route keeps compiled. */
const chainsMax = 256;

const groupMissing = reply(503);

/**
 * The chain of a route with the plugins of a consumer (and its group) over it: consumer before group before route. Null
 * where the consumer brings none, so the route's own chain goes on; an answer where its group is missing. Its `rewrite` has
 * only what the consumer adds: the route's own rewrite has run already.
 */
export function consumerChain(
  bound: BoundRoute,
  consumer: Resource,
  generation: Generation,
  { registry, dependents }: BinderTools,
): Chain | Reply | null {
  const known = bound.consumerChains.get(consumer);
  if (known !== undefined) return known;
  const find = (kind: string, id: string): Resource | undefined => {
    bound.dependOn(dependents.on(kind, id));
    return generation.get(kind, id);
  };
  const groupId = consumer.text('group_id');
  const group = groupId === undefined ? undefined : find('consumer_group', groupId);
  if (groupId !== undefined && (group === undefined || group.isBroken)) return groupMissing;
  const owners = mergedPlugins([group, consumer]);
  // What a consumer says to an authentication plugin is its credential, not something to run.
  for (const name of owners.keys()) if (registry.schema(name)?.consumer) owners.delete(name);
  if (owners.size === 0) return remembered(bound, consumer, null);
  const added = instancesOf(owners, (name) => find('plugin_metadata', name), registry);
  const kept = bound.parts.instances.filter(({ name }) => !owners.has(name));
  const own = new Set(bound.parts.instances.map(({ name }) => name));
  const chain = compileChain([...kept, ...added], new Set([...owners.keys()].filter((name) => !own.has(name))));
  return remembered(bound, consumer, chain);
}

function remembered(bound: BoundRoute, consumer: Resource, chain: Chain | null): Chain | null {
  const { consumerChains } = bound;
  // A chain for an old request, whose route was replaced: nobody but that request will hold it.
  if (bound.isRetired) queueMicrotask(() => chain?.release());
  if (bound.isRetired) return chain;
  consumerChains.set(consumer, chain);
  if (consumerChains.size > chainsMax) {
    for (const [oldest, dropped] of consumerChains) {
      consumerChains.delete(oldest);
      dropped?.release();
      break;
    }
  }
  return chain;
}
