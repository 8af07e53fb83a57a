import type { JsonObject } from '@sluice/schema';
import { compact, type Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import { idOf, type PluginsByOwner, referenceOf } from './kong-owners.ts';
import { convertPlugins } from './kong-plugins.ts';
import { convertRoute, type RouteService } from './kong-routes.ts';
import { bookkeeping, labelsOf } from './kong-tags.ts';
import type { KongUpstreams } from './kong-upstreams.ts';

/** What services are converted with. */
export interface ServiceContext {
  readonly conversion: Conversion;
  readonly upstreams: KongUpstreams;
  readonly owners: PluginsByOwner;
  /** Something that protected everything could not be converted. */
  readonly isUnprotected: boolean;
}

const schemes: ReadonlySet<string> = new Set(['http', 'https', 'grpc', 'grpcs']);
const MILLISECONDS = 1_000;

/** Converts services with their routes, and the routes that stand apart. */
export function convertServices(root: Fields, context: ServiceContext): void {
  const { conversion } = context;
  const loose = root.objects('routes').map((route) => ({ route, service: referenceOf(route.take('service')) }));
  const taken = new Set<Fields>();
  for (const service of root.objects('services')) {
    const name = service.text('name');
    const own = loose.filter((one) => one.service !== undefined && [name, idOf(service)].includes(one.service));
    for (const { route } of own) taken.add(route);
    const routes = [...service.objects('routes'), ...own.map(({ route }) => route)];
    convertService(service, name, routes, context);
  }
  for (const { route } of loose) {
    if (!taken.has(route))
      conversion.dropped(route.path, 'the route has no service, so there is nowhere to send its requests');
  }
}

function convertService(
  service: Fields,
  name: string | undefined,
  routes: readonly Fields[],
  context: ServiceContext,
): void {
  const { conversion, owners } = context;
  service.ignore(...bookkeeping, 'routes', 'tls_verify_depth');
  service.expect('tls_verify').expect('ca_certificates').expect('client_certificate');
  const target = targetOf(service, conversion);
  const isEnabled = service.flag('enabled') !== false;
  const { plugins, isUnprotected } = convertPlugins(
    [...service.objects('plugins'), ...owners.of('service', service, name)],
    conversion,
  );
  const upstream = target && upstreamOf(service, target, context);
  const labels = labelsOf(service);
  service.finish();
  if (!target || !upstream) {
    for (const route of routes) conversion.dropped(route.path, 'its service was not converted');
    return;
  }
  const label = name ?? target.host;
  const upstreamId = conversion.add('upstream', label, { ...upstream, name: label }, service.path);
  const value = compact({
    name: label,
    upstream_id: upstreamId,
    ...(Object.keys(plugins).length > 0 && { plugins }),
    ...labels,
  });
  const about: RouteService = {
    id: conversion.add('service', label, value, service.path),
    path: target.path,
    isEnabled,
    isUnprotected: isUnprotected || context.isUnprotected,
    /** Made for the first route that wants it. */
    upstreamWithHost: once(() =>
      conversion.add(
        'upstream',
        `${label}-client-host`,
        { ...withoutHost(upstream), name: `${label}-client-host` },
        service.path,
      ),
    ),
  };
  for (const route of routes) convertRoute(route, about, owners, conversion);
}

interface Target {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** Where a service is, by its URL or by its parts. */
function targetOf(service: Fields, conversion: Conversion): Target | undefined {
  const url = service.text('url');
  const parts = {
    scheme: service.text('protocol') ?? 'http',
    host: service.text('host') ?? '',
    port: service.number('port'),
    path: service.text('path') ?? '',
  };
  const from = url === undefined ? parts : (partsOf(url) ?? parts);
  const { scheme, host } = from;
  if (!schemes.has(scheme) || host === '') {
    conversion.dropped(
      service.path,
      host === '' ? 'the service has no host' : `services of protocol ${scheme} have no counterpart`,
    );
    return undefined;
  }
  return { ...from, port: from.port ?? (scheme.endsWith('s') ? 443 : 80), path: from.path.replace(/\/+$/, '') };
}

function partsOf(url: string) {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  const path = pathname === '/' ? '' : pathname;
  return {
    scheme: protocol.slice(0, -1),
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? undefined : Number(port),
    path,
  };
}

function upstreamOf(service: Fields, { scheme, host, port }: Target, { upstreams }: ServiceContext): JsonObject {
  const [connect, send, read] = ['connect_timeout', 'write_timeout', 'read_timeout'].map(
    (field) => service.number(field) ?? 60_000,
  );
  const shared = {
    scheme,
    retries: service.number('retries') ?? 5,
    timeout: {
      connect: (connect ?? 0) / MILLISECONDS,
      send: (send ?? 0) / MILLISECONDS,
      read: (read ?? 0) / MILLISECONDS,
    },
  };
  const found = upstreams.find(host);
  if (found) return { ...found.value, ...shared, pass_host: 'rewrite', upstream_host: found.host };
  return { type: 'roundrobin', nodes: [{ host, port, weight: 1 }], ...shared, pass_host: 'node' };
}

function withoutHost({ pass_host: _pass, upstream_host: _host, ...rest }: JsonObject): JsonObject {
  return { ...rest, pass_host: 'pass' } as JsonObject;
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}
