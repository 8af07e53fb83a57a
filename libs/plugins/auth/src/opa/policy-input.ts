import { grouped, type Kit, type RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import type { opaSchema } from './schema.ts';

type Config = Pick<PluginConfigOf<typeof opaSchema>, 'with_consumer' | 'with_route' | 'with_service'>;
type Document = Readonly<Record<string, unknown>>;

/** What a policy decides about. */
export type PolicyInput = (ctx: RequestContext) => Document;

/** Documents of one kind that are kept ready, so that ids that are no more do not pile up. */
const documentsMax = 1000;

/** Compiles what the policy is told of a request. The body is never sent. */
export function policyInput(config: Config, { clock, resource }: Pick<Kit, 'clock' | 'resource'>): PolicyInput {
  const route = documentsOf('route', resource);
  const service = documentsOf('service', resource);
  const consumer = documentsOf('consumer', resource);
  return (ctx) => ({
    type: 'http',
    request: requestOf(ctx),
    var: {
      server_addr: ctx.variable('server_addr'),
      server_port: ctx.variable('server_port'),
      remote_addr: ctx.client.ip,
      remote_port: String(ctx.client.port),
      timestamp: Math.floor(clock.now() / 1000),
    },
    ...(config.with_route && { route: route(ctx.route?.id) }),
    ...(config.with_service && { service: service(ctx.route?.service?.id) }),
    ...(config.with_consumer && { consumer: consumer(ctx.consumer?.username) }),
  });
}

function requestOf(ctx: RequestContext): Document {
  const { original, headers, scheme } = ctx.request;
  return {
    scheme,
    method: original.method,
    host: original.host,
    port: Number(ctx.variable('server_port')),
    // Decoded and without dots: a policy compares names, not spellings of them.
    path: ctx.variable('uri'),
    headers: grouped(headers.entries(), (name) => name.toLowerCase()),
    query: grouped(new URLSearchParams(original.query)),
  };
}

/** Resources of a kind as policies see them: plugins have secrets, and an upstream is nobody's business. */
function documentsOf(kind: string, resource: Kit['resource']): (id: string | undefined) => Document | undefined {
  const ready = new Map<string, () => Document | undefined>();
  return (id) => {
    if (id === undefined) return undefined;
    let document = ready.get(id);
    if (document === undefined) {
      if (ready.size >= documentsMax) ready.clear();
      document = resource(kind, id, ({ plugins: _plugins, upstream: _upstream, ...rest }) => ({ id, ...rest }));
      ready.set(id, document);
    }
    return document();
  };
}
