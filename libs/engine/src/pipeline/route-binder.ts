import { type Reply, reply } from '@sluice/plugin-kit';
import { isJsonObject, type Upstream } from '@sluice/schema';
import type { RouteMetrics } from '../metrics/route-metrics.ts';
import type { Generation } from '../snapshot/generation.ts';
import type { Resource } from '../snapshot/resource.ts';
import type { PlacedRoute } from '../snapshot/placed-route.ts';
import { clientCertificateId } from '../upstream/transports.ts';
import type { UpstreamDirectory } from '../upstream/upstream-directory.ts';
import type { UpstreamTarget } from '../upstream/upstream-target.ts';
import { BoundRoute } from './bound-route.ts';
import { emptyChain } from './chain.ts';
import { compileChain } from './compile-chain.ts';
import type { Dependency, Dependents } from './dependents.ts';
import { instancesOf } from './instances.ts';
import type { PluginInstance } from './plugin-instance.ts';
import type { PluginRegistry } from './plugin-registry.ts';

/** What routes are compiled with. */
export interface BinderTools {
  readonly registry: PluginRegistry;
  readonly upstreams: UpstreamDirectory;
  readonly dependents: Dependents;
  readonly metrics: RouteMetrics;
}

/** The resources that a route stands on. */
interface Foundation {
  readonly route: Resource;
  readonly service: Resource | undefined;
  readonly pluginConfig: Resource | undefined;
  readonly upstream: Resource | undefined;
  readonly upstreamId: string | undefined;
}

/** The compiled form of a route, made with its first request and again after anything that it stands on has changed. */
export function boundRoute(target: PlacedRoute, generation: Generation, tools: BinderTools): BoundRoute {
  if (target.bound !== null && target.bound.isFresh(tools.dependents)) return target.bound;
  target.bound?.retire();
  return (target.bound = bind(target.resource, generation, tools));
}

function bind(route: Resource, generation: Generation, tools: BinderTools): BoundRoute {
  const dependencies = new Set<Dependency>();
  const find = (kind: string, id: string | undefined): Resource | undefined => {
    if (id === undefined) return undefined;
    dependencies.add(tools.dependents.on(kind, id));
    return generation.get(kind, id);
  };
  find('route', route.id);
  const service = find('service', route.text('service_id'));
  const upstreamId = upstreamIdOf(route, service);
  const pluginConfig = find('plugin_config', route.text('plugin_config_id'));
  const found: Foundation = { route, service, pluginConfig, upstreamId, upstream: find('upstream', upstreamId) };
  const refusal = refusalOf(found);
  const entries = refusal ? [] : mergedPlugins([service, pluginConfig, route]);
  const instances = instancesOf(entries, (name) => find('plugin_metadata', name), tools.registry);
  const target = refusal ?? upstreamOf(found, tools.upstreams, (id) => find('ssl', id));
  const upstream = 'runtime' in target ? target : null;
  return new BoundRoute({
    route,
    service,
    instances,
    chain: refusal ? emptyChain.retain() : compileChain(instances),
    yielding: yieldingNames(instances),
    upstream,
    refusal,
    unreachable: 'runtime' in target ? null : target,
    counters: tools.metrics.route(route.id),
    dependencies: [...dependencies],
  });
}

/** Later resources replace whole configurations of earlier ones; nothing is merged inside a plugin. */
export function mergedPlugins(resources: readonly (Resource | undefined)[]): Map<string, Resource> {
  const owners = new Map<string, Resource>();
  for (const resource of resources)
    for (const name of Object.keys(resource?.plugins ?? {})) if (resource) owners.set(name, resource);
  return owners;
}

function refusalOf({ route, service, pluginConfig, upstream }: Foundation): Reply | null {
  if (route.text('plugin_config_id') !== undefined && !pluginConfig) return reply(503);
  if (route.text('service_id') !== undefined && !service) return reply(404);
  const isBroken = [route, service, pluginConfig, upstream].some((resource) => resource?.isBroken);
  return isBroken ? reply(503) : null;
}

/** An upstream of the route, by id or inline, takes the place of any of the service. */
function upstreamIdOf(route: Resource, service: Resource | undefined): string | undefined {
  return (
    route.text('upstream_id') ?? (isJsonObject(route.value['upstream']) ? undefined : service?.text('upstream_id'))
  );
}

/** Where requests go, or the answer to them where that is nowhere. */
function upstreamOf(
  { route, service, upstream, upstreamId }: Foundation,
  directory: UpstreamDirectory,
  certificateOf: (id: string | undefined) => Resource | undefined,
): UpstreamTarget | Reply {
  const timeout = route.value['timeout'] as Upstream['timeout'];
  const target = (owner: Resource, spec: Readonly<Record<string, unknown>>) =>
    directory.target(owner, spec, timeout, certificateOf(clientCertificateId(spec)));
  if (upstreamId !== undefined) return upstream ? target(upstream, upstream.value) : reply(502);
  for (const owner of [route, service]) {
    const inline = owner?.value['upstream'];
    if (owner && isJsonObject(inline)) return target(owner, inline);
  }
  return reply(503);
}

function yieldingNames(instances: readonly PluginInstance[]): ReadonlySet<string> | null {
  const names = instances.filter(({ schema, meta }) => schema.runPolicy === 'prefer_route' && !meta.isDisabled);
  return names.length === 0 ? null : new Set(names.map(({ name }) => name));
}
