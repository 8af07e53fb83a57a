import type { RequestContext } from '@sluice/plugin-kit';
import type { AttributeValue, Span } from './otlp.ts';

/** The identity of a span that is recorded. */
export interface SpanIdentity {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState: string | undefined;
}

/** Attributes beside the usual ones. */
export interface FurtherAttributes {
  /** Names of variables. */
  readonly variables: readonly string[];
  /** Names of headers in lower case. */
  readonly headers: readonly string[];
  /** Beginnings of such names. */
  readonly headerPrefixes: readonly string[];
}

/** Takes the lists of a configuration apart. */
export function furtherAttributes(
  variables: readonly string[] = [],
  headers: readonly string[] = [],
): FurtherAttributes {
  const named = headers.map((name) => name.toLowerCase());
  const isPrefix = (name: string): boolean => name.length > 1 && name.endsWith('*');
  return {
    variables,
    headers: named.filter((name) => !isPrefix(name)),
    headerPrefixes: named.filter(isPrefix).map((name) => name.slice(0, -1)),
  };
}

/** The span of a request that is over. */
export function requestSpan(ctx: RequestContext, identity: SpanIdentity, further: FurtherAttributes): Span {
  const { method } = ctx.request.original;
  const { route, times } = ctx;
  const startNs = BigInt(Math.round(times.startedAt)) * 1_000_000n;
  const { status } = ctx.response;
  const source = ctx.variable('response_source') ?? '';
  const attributes = new Map<string, AttributeValue>();
  addRequest(ctx, attributes);
  addRoute(ctx, attributes);
  addFurther(ctx, further, attributes);
  attributes.set('apisix.response_source', source);
  attributes.set('http.status_code', status).set('http.response.status_code', status);
  return {
    ...identity,
    name: route === undefined ? method : `${method} ${route.uri}`,
    startNs,
    endNs: startNs + BigInt(Math.round(times.totalMs * 1_000_000)),
    attributes: [...attributes],
    error: status >= 500 ? `${source} error: ${status}` : undefined,
  };
}

type AttributeMap = Map<string, AttributeValue>;

/** Under the names of before and of now, as collectors know one or the other. */
function addRequest({ request }: RequestContext, attributes: AttributeMap): void {
  const { method, uri, path, host } = request.original;
  const agent = request.headers.get('user-agent');
  attributes.set('net.host.name', host);
  attributes.set('http.method', method).set('http.scheme', request.scheme).set('http.target', uri);
  if (agent !== undefined) attributes.set('http.user_agent', agent).set('user_agent.original', agent);
  attributes.set('http.request.method', method).set('url.scheme', request.scheme).set('url.path', path);
}

function addRoute({ route }: RequestContext, attributes: AttributeMap): void {
  if (route === undefined) return;
  attributes.set('apisix.route_id', route.id).set('http.route', route.uri);
  if (route.name !== undefined) attributes.set('apisix.route_name', route.name);
  if (route.service === undefined) return;
  attributes.set('apisix.service_id', route.service.id);
  if (route.service.name !== undefined) attributes.set('apisix.service_name', route.service.name);
}

function addFurther(ctx: RequestContext, further: FurtherAttributes, attributes: AttributeMap): void {
  const { variables, headers, headerPrefixes } = further;
  for (const name of variables) {
    const value = ctx.variable(name);
    if (value !== undefined) attributes.set(name, value);
  }
  for (const name of headers) {
    const lines = ctx.request.headers.getAll(name);
    if (lines.length > 0) attributes.set(name, lines.join(', '));
  }
  if (headerPrefixes.length === 0) return;
  for (const [spelled, value] of ctx.request.headers.entries()) {
    const name = spelled.toLowerCase();
    if (!headerPrefixes.some((prefix) => name.startsWith(prefix))) continue;
    const before = attributes.get(name);
    attributes.set(name, before === undefined ? value : `${before}, ${value}`);
  }
}
