import { isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import { compact, Conversion, type Converted, type HasPlugin, slug } from '../convert/conversion.ts';
import { convertOperation, type OperationContext } from './operations.ts';
import { Resolver } from './resolve.ts';
import { requirementsOf } from './security.ts';
import { readServers } from './servers.ts';

/** How an OpenAPI document becomes routes. */
export interface OpenApiOptions {
  /** Address of the upstream, instead of the servers that the document names. */
  readonly server?: string | undefined;
  /** Path in front of all paths here, instead of that of the servers; it is taken away again on the way to the upstream. */
  readonly prefix?: string | undefined;
  /** Hosts that all routes are for. */
  readonly hosts?: readonly string[] | undefined;
  /** An upstream that is there already. */
  readonly upstreamId?: string | undefined;
  /** A service that is there already; no other is made. */
  readonly serviceId?: string | undefined;
  /** Checks requests against the schemas of the document. */
  readonly validatesRequests?: boolean | undefined;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
/** What a path item has besides its operations. */
const pathFields = new Set(['summary', 'description', 'parameters', 'servers', '$ref']);

/** Why a document is none that can be converted; undefined where it can. */
export function openApiProblem(document: JsonValue): string | undefined {
  if (!isJsonObject(document)) return 'the document is not a mapping';
  const { openapi, swagger } = document as JsonObject;
  if (typeof swagger === 'string') return `Swagger ${swagger} is not read: convert the document to OpenAPI 3 first`;
  if (typeof openapi !== 'string' || !/^3\.[012]\./.test(openapi)) return 'the document does not say openapi: 3.x';
  return undefined;
}

/** Turns an OpenAPI 3.x document into a service with a route for each operation. What is left out is in the report. */
export function convertOpenApi(document: JsonValue, options: OpenApiOptions, hasPlugin: HasPlugin): Converted {
  const conversion = new Conversion(hasPlugin);
  const root = document as JsonObject;
  const resolver = new Resolver(root, conversion);
  const info = isJsonObject(root['info']) ? (root['info'] as JsonObject) : {};
  const title = typeof info['title'] === 'string' ? info['title'] : 'api';
  const servers = readServers(root['servers'], options, conversion);
  const serviceId =
    options.serviceId ?? addService(conversion, title, info, { ...options, upstream: servers.upstream });
  const context: OperationContext = {
    conversion,
    resolver,
    options,
    serviceId,
    basePath: servers.basePath,
    group: slug(title),
    schemes: resolver.object(root['components'])?.['securitySchemes'] ?? {},
    security: requirementsOf(root['security']),
  };
  for (const [path, item] of Object.entries(resolver.object(root['paths']) ?? {}))
    convertPath(path, item as JsonValue, context);
  reportRest(root, conversion);
  return conversion.finish();
}

function addService(
  conversion: Conversion,
  title: string,
  info: JsonObject,
  { upstreamId, upstream }: OpenApiOptions & { readonly upstream: JsonObject | undefined },
): string {
  const { description, version } = info;
  if (upstreamId === undefined && upstream === undefined) {
    conversion.dropped('/servers', 'no server has an address: name one, or an upstream or a service that is there');
  }
  const value = compact({
    name: title.slice(0, 100),
    desc: typeof description === 'string' && description !== '' ? description.slice(0, 256) : undefined,
    labels: typeof version === 'string' && /^\S{1,256}$/.test(version) ? { version } : undefined,
    ...(upstreamId === undefined ? { upstream } : { upstream_id: upstreamId }),
  });
  return conversion.add('service', title, value, '/info');
}

function convertPath(path: string, source: JsonValue, context: OperationContext): void {
  const place = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const item = context.resolver.object(source);
  if (path.startsWith('x-')) return;
  if (!item || !path.startsWith('/')) return context.conversion.dropped(place, 'is no path with operations');
  if (item['servers'] !== undefined)
    context.conversion.dropped(`${place}/servers`, 'servers of one path have no counterpart');
  for (const method of methods) {
    const operation = context.resolver.object(item[method] as JsonValue | undefined);
    if (operation) convertOperation({ path, method, operation, item, place: `${place}/${method}` }, context);
  }
  for (const field of Object.keys(item)) {
    if (pathFields.has(field) || field.startsWith('x-') || (methods as readonly string[]).includes(field)) continue;
    context.conversion.dropped(`${place}/${field}`, `${field} has no counterpart`);
  }
}

/** What a document may say that a gateway has no use for is not worth a word; what it would act on is. */
function reportRest(root: JsonObject, conversion: Conversion): void {
  const webhooks = root['webhooks'];
  if (isJsonObject(webhooks) && Object.keys(webhooks).length > 0)
    conversion.dropped('/webhooks', 'webhooks are sent by the API itself and not through a gateway');
}
