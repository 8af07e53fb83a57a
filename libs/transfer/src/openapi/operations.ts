import type { JsonObject, JsonValue } from '@sluice/schema';
import { compact, type Conversion } from '../convert/conversion.ts';
import type { OpenApiOptions } from './convert-openapi.ts';
import { matchingOf } from './path-templates.ts';
import { requestValidation } from './request-validation.ts';
import type { Resolver } from './resolve.ts';
import { authenticationOf, type Requirement, requirementsOf } from './security.ts';

/** What all operations of a document share. */
export interface OperationContext {
  readonly conversion: Conversion;
  readonly resolver: Resolver;
  readonly options: OpenApiOptions;
  readonly serviceId: string;
  readonly basePath: string;
  /** Name of the document as part of an id. */
  readonly group: string;
  readonly schemes: JsonValue;
  readonly security: readonly Requirement[];
}

/** One operation, and where it stands. */
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
  readonly item: JsonObject;
  /** JSON pointer of the operation. */
  readonly place: string;
}

const NAME_LENGTH_MAX = 100;
const DESCRIPTION_LENGTH_MAX = 256;
const LABEL = /^[^\s]{1,64}$/;

/** Makes the route of an operation. */
export function convertOperation(source: Operation, context: OperationContext): void {
  const { path, method, operation, place } = source;
  const { conversion, options, basePath, serviceId, group, security } = context;
  reportForeign(operation, place, conversion);
  const own = operation['security'] as JsonValue | undefined;
  const authentication = authenticationOf(own === undefined ? security : requirementsOf(own), context, place);
  const plugins = {
    ...authentication.plugins,
    ...(options.validatesRequests && requestValidation(source, context)),
    ...rewriting(context, place),
  };
  const name = textOf(operation['operationId']) ?? `${method} ${path}`;
  const value = compact({
    name: name.slice(0, NAME_LENGTH_MAX),
    desc: textOf(operation['summary'])?.slice(0, DESCRIPTION_LENGTH_MAX),
    labels: labelsOf(operation),
    ...matchingOf((options.prefix ?? basePath) + path),
    methods: [method.toUpperCase()],
    hosts: options.hosts && options.hosts.length > 0 ? [...options.hosts] : undefined,
    service_id: serviceId,
    plugins: Object.keys(plugins).length > 0 ? plugins : undefined,
    status: authentication.isMissing ? 0 : undefined,
  });
  conversion.add('route', `${group}-${name.replace(' ', '')}`, value, place);
}

function reportForeign(operation: JsonObject, place: string, conversion: Conversion): void {
  if (operation['servers'] !== undefined)
    conversion.dropped(`${place}/servers`, 'servers of one operation have no counterpart');
  if (operation['callbacks'] !== undefined)
    conversion.dropped(`${place}/callbacks`, 'callbacks are called by the API itself');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function labelsOf({ tags, deprecated }: JsonObject): JsonObject | undefined {
  const texts = Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
  const named = texts.map((tag) => tag.replaceAll(/\s+/g, '-')).filter((tag) => LABEL.test(tag));
  const labels = {
    ...Object.fromEntries(named.map((tag) => [tag, 'true'])),
    ...(deprecated === true && { deprecated: 'true' }),
  };
  return Object.keys(labels).length > 0 ? labels : undefined;
}

/** Where the paths here begin in another way than those at the server, the beginning is exchanged. */
function rewriting({ options: { prefix }, basePath, conversion }: OperationContext, place: string): JsonObject {
  if (prefix === undefined || prefix === basePath) return {};
  if (!conversion.hasPlugin('proxy-rewrite')) {
    conversion.dropped(place, 'the prefix is not taken away: this version does not have the plugin proxy-rewrite');
    return {};
  }
  const pattern = `^${prefix.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(/.*)?$`;
  return { 'proxy-rewrite': { regex_uri: [pattern, basePath === '' ? '$1' : `${basePath}$1`] } };
}
