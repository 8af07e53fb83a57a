import { getPointer, isJsonObject, type PluginSchema, secretPointers } from '@sluice/schema';
import type { TestResource } from '@sluice/testing';
import type { ReadmeExample } from './readme-examples.ts';

/** Where examples send to, when they name no place of their own. */
export interface ExampleSite {
  /** URL of an upstream that answers everything. */
  readonly upstream: string;
}

const proto =
  'syntax = "proto3"; package helloworld; service Greeter { rpc SayHello (Hello) returns (Hello); } message Hello { string name = 1; }';

/** Services of examples, which a test must not ask: the upstream takes their place. */
const service = /https?:\/\/[\w.-]+(?::\d+)?(?=[/"])/g;

/** The configuration that an example makes: the route that all requests go to, and what the example needs besides. */
export function exampleResources(
  plugin: PluginSchema,
  { of, text }: ReadmeExample,
  { upstream }: ExampleSite,
): TestResource[] {
  const value = JSON.parse(text.replaceAll(service, upstream)) as Record<string, unknown>;
  const config = of === 'config' ? value : {};
  return [
    ...referenced(plugin, config, upstream),
    ...(of === 'consumer' ? [consumerWith(plugin, value)] : []),
    ...(of === 'metadata' ? [{ kind: 'plugin_metadata', id: plugin.name, value }] : []),
    ...(of === 'consumer' || of === 'metadata' ? [] : [routeWith(plugin, config, upstream)]),
  ];
}

/** A route to the upstream with this plugin alone. */
export function routeWith(plugin: PluginSchema, config: object | undefined, upstream: string): TestResource {
  const plugins = config === undefined ? {} : { [plugin.name]: config };
  return { kind: 'route', id: 'conformance', value: { uri: '/*', upstream, plugins } };
}

function consumerWith({ name }: PluginSchema, value: object): TestResource {
  return { kind: 'consumer', id: 'ann', value: { username: 'ann', plugins: { [name]: value } } };
}

/** What the configuration names by its id must exist. */
function referenced({ references }: PluginSchema, config: object, upstream: string): TestResource[] {
  return Object.entries(references).flatMap(([pattern, kind]) =>
    secretPointers(config, [pattern])
      .map((pointer) => String(getPointer(config, pointer)))
      .map((id) => ({ kind, id, value: kind === 'proto' ? { content: proto } : nodesOf(upstream) })),
  );
}

function nodesOf(upstream: string): Readonly<Record<string, unknown>> {
  return { type: 'roundrobin', nodes: { [new URL(upstream).host]: 1 } };
}

/**
 * A value that has a text at a declared secret (`sessions.*.password`), and nothing else: `schema` says where the way leads
 * through lists.
 */
export function valueWithSecret(schema: unknown, pattern: string, secret: string): unknown {
  const [segment, ...rest] = pattern === '' ? [] : pattern.split('.');
  if (isList(schema)) return [valueWithSecret(schema['items'], pattern, secret)];
  if (segment === undefined) return secret;
  const name = segment === '*' ? 'some-name' : segment;
  return { [name]: valueWithSecret(propertyOf(schema, segment), rest.join('.'), secret) };
}

function isList(schema: unknown): schema is { readonly items: unknown } {
  return isJsonObject(schema) && (schema['type'] === 'array' || 'items' in schema);
}

function propertyOf(schema: unknown, name: string): unknown {
  if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return undefined;
  return schema['properties'][name];
}
