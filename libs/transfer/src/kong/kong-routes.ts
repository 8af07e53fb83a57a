import type { JsonObject, JsonValue } from '@sluice/schema';
import { compact, type Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import type { PluginsByOwner } from './kong-owners.ts';
import { type PathGroup, pathGroups, rewriteOf } from './kong-paths.ts';
import { convertPlugins } from './kong-plugins.ts';
import { bookkeeping, labelsOf } from './kong-tags.ts';

/** What a route needs to know of its service. */
export interface RouteService {
  readonly id: string;
  /** Path in front of every request that is sent there; empty where there is none. */
  readonly path: string;
  readonly isEnabled: boolean;
  /** Something that kept others out could not be converted. */
  readonly isUnprotected: boolean;
  /** Id of the same upstream that gets the host of the client. */
  readonly upstreamWithHost: () => string;
}

type Condition = JsonValue[];

/** Converts a route: one for all its plain paths, and one more for each path that is a pattern. */
export function convertRoute(
  route: Fields,
  service: RouteService,
  owners: PluginsByOwner,
  conversion: Conversion,
): void {
  route.ignore(...bookkeeping, 'service');
  route.expect('request_buffering', true).expect('response_buffering', true).expect('path_handling', 'v0');
  route.expect('snis').expect('sources').expect('destinations').expect('https_redirect_status_code', 426);
  const name = route.text('name');
  if (route.text('expression') !== undefined) {
    conversion.dropped(route.path, 'routes that are written as an expression have to be written anew');
    return;
  }
  const { plugins, isUnprotected } = convertPlugins(
    [...route.objects('plugins'), ...owners.of('route', route, name)],
    conversion,
  );
  const isOpen = isUnprotected || service.isUnprotected;
  if (isOpen)
    conversion.changed(route.path, 'the route is switched off, because what protects it could not be converted');
  const shared = sharedFields(route, { service, conversion, isOn: service.isEnabled && !isOpen });
  const vars = conditionsOf(route, conversion);
  const strips = route.flag('strip_path') ?? true;
  const groups = pathGroups(route.texts('paths'));
  route.finish();
  for (const group of groups) {
    const rewrite = rewriteOf(group, service.path, strips);
    const wanted = rewrite && mergedRewrite(plugins, rewrite, route.path, conversion);
    const value = compact({ ...shared, ...matching(group, vars), ...pluginsField(wanted ?? plugins) });
    conversion.add('route', name ?? `${service.id}-route`, value, route.path);
  }
}

function sharedFields(
  route: Fields,
  {
    service,
    conversion,
    isOn,
  }: { readonly service: RouteService; readonly conversion: Conversion; readonly isOn: boolean },
): JsonObject {
  const hosts = route.texts('hosts').filter((host) => !isOddHost(host, route, conversion));
  const methods = route.texts('methods');
  const name = route.text('name');
  return compact({
    ...(name !== undefined && { name }),
    ...(hosts.length > 0 && { hosts: hosts.map((host) => host.replace(/:\d+$/, '').toLowerCase()) }),
    ...(methods.length > 0 && { methods }),
    priority: route.number('regex_priority'),
    service_id: service.id,
    ...(route.flag('preserve_host') && { upstream_id: service.upstreamWithHost() }),
    ...(isOn ? {} : { status: 0 }),
    ...labelsOf(route),
  });
}

function isOddHost(host: string, route: Fields, conversion: Conversion): boolean {
  if (!host.endsWith('*')) return false;
  conversion.dropped(route.at('hosts'), `the host ${host} ends in a wildcard; only a first part can be one`);
  return true;
}

/** Headers and protocols as conditions. */
function conditionsOf(route: Fields, conversion: Conversion): Condition[] {
  const headers = route.object('headers');
  const conditions: Condition[] = headers.names.map((name) => {
    const variable = `http_${name.toLowerCase().replaceAll('-', '_')}`;
    const values = headers.texts(name);
    const [first = ''] = values;
    return first.startsWith('~*') ? [variable, '~*', first.slice(2)] : [variable, 'in', values];
  });
  const protocols = route.texts('protocols');
  if (protocols.some((protocol) => ['tcp', 'udp', 'tls', 'tls_passthrough'].includes(protocol)))
    conversion.dropped(route.at('protocols'), 'streams have no counterpart');
  const isSecureOnly = protocols.length > 0 && protocols.every((protocol) => ['https', 'grpcs'].includes(protocol));
  if (!isSecureOnly) return conditions;
  conversion.changed(route.at('protocols'), 'plain requests answer 404 here, where Kong answers 426');
  return [...conditions, ['scheme', '==', 'https']];
}

function matching({ uris, pattern }: PathGroup, vars: readonly Condition[]): JsonObject {
  const conditions = pattern === undefined ? vars : [['uri', '~~', pattern], ...vars];
  const [uri, ...more] = uris;
  return compact({
    ...(more.length > 0 ? { uris } : { uri }),
    ...(conditions.length > 0 && { vars: conditions }),
  });
}

/** The rewriting of the path joins what the route's own plugin does to requests. */
function mergedRewrite(
  plugins: JsonObject,
  rewrite: JsonObject,
  path: string,
  conversion: Conversion,
): JsonObject | undefined {
  if (!conversion.hasPlugin('proxy-rewrite')) {
    conversion.dropped(path, 'the path is not rewritten: this version does not have the plugin proxy-rewrite');
    return undefined;
  }
  const own = (plugins['proxy-rewrite'] ?? {}) as JsonObject;
  return { ...plugins, 'proxy-rewrite': 'uri' in own ? own : { ...rewrite, ...own } };
}

function pluginsField(plugins: JsonObject): JsonObject {
  return Object.keys(plugins).length > 0 ? { plugins } : {};
}
