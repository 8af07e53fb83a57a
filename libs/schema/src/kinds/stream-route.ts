import Type, { type Static } from 'typebox';
import { defineKind, type RuleHooks } from '../define/kind.ts';
import { titled } from '../defs/choice.ts';
import { CreateTime, Description, Id, Labels, Name, Plugins, UpdateTime } from '../defs/identity.ts';
import { Cidr, hostPattern } from '../defs/network.ts';
import { isJsonObject } from '../json/json-value.ts';
import { isCidr } from '../validate/formats.ts';
import { UpstreamSchema } from './upstream.ts';
import { upstreamRule } from './upstream-rules.ts';

const anyConfig = (title: string, description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', title, description });

const Logger = Type.Object(
  {
    name: Type.Optional(Type.String({ title: 'Logger', description: 'Name of the logger plugin.' })),
    filter: Type.Optional(
      Type.Unsafe<unknown[]>({
        type: 'array',
        title: 'Log only if',
        description: 'Expression over variables of the stream.',
      }),
    ),
    conf: Type.Optional(anyConfig('Configuration', 'What the logger is told.')),
  },
  {
    additionalProperties: false,
    dependencies: { name: ['conf'] },
    title: 'Logger',
    description: 'Where calls are logged.',
  },
);

const Protocol = Type.Object(
  {
    name: Type.String({ title: 'Protocol', description: 'What is spoken on the stream.' }),
    superior_id: Type.Optional(titled(Id, 'Superior', 'Id of the stream route that this one is a part of.')),
    conf: Type.Optional(anyConfig('Configuration', 'What the protocol is told.')),
    logger: Type.Optional(
      Type.Array(Logger, { title: 'Loggers', description: 'Where calls on the stream are logged.' }),
    ),
  },
  { title: 'Protocol', description: 'An application protocol whose calls are routed one by one.' },
);

/** Schema of a stream route. */
export const StreamRouteSchema = Type.Object(
  {
    id: Type.Optional(Id),
    name: Type.Optional(Name),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    remote_addr: Type.Optional(titled(Cidr, 'Client address', 'Address or block that the client must be in.')),
    server_addr: Type.Optional(titled(Cidr, 'Server address', 'Address or block that the client must have reached.')),
    server_port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        title: 'Server port',
        description: 'Port that the client must have reached.',
      }),
    ),
    sni: Type.Optional(
      Type.String({
        pattern: hostPattern,
        title: 'Server name',
        description: 'Name that the client must ask for over TLS.',
      }),
    ),
    upstream: Type.Optional(titled(UpstreamSchema, 'Upstream', 'Servers of this stream route alone.')),
    upstream_id: Type.Optional(titled(Id, 'Upstream', 'Id of the upstream to connect to.')),
    service_id: Type.Optional(titled(Id, 'Service', 'Id of the service whose settings the stream route inherits.')),
    plugins: Type.Optional(Plugins),
    protocol: Type.Optional(Protocol),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  {
    additionalProperties: false,
    title: 'Stream route',
    description: 'Which connections are meant, and where they go.',
  },
);

/** A stream route, defaults filled. */
export type StreamRoute = Static<typeof StreamRouteSchema>;

/** Which TCP and UDP streams are meant, what happens to them, and where they go. */
export const streamRouteKind = defineKind({
  name: 'stream_route',
  title: 'Stream route',
  description: 'Which TCP and UDP streams are meant, and where they go.',
  methods: ['GET', 'PUT', 'POST', 'DELETE'],
  schema: StreamRouteSchema,
  references: {
    upstream_id: 'upstream',
    service_id: 'service',
    'protocol.superior_id': 'stream_route',
    'upstream.tls.client_cert_id': 'ssl',
  },
  pluginDoor: 'stream',
  secrets: ['upstream.tls.client_key'],
  notServed: 'stream routes are stored, but no data plane of this version listens for streams',
  extraChecks: streamRouteRule,
});

/** No application protocol is known yet, so that each is refused by its name. */
function streamRouteRule(value: unknown, hooks?: RuleHooks): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const { protocol, upstream } = value;
  // The pattern of blocks takes texts that only look like some.
  for (const field of ['remote_addr', 'server_addr']) {
    const address = value[field];
    if (typeof address === 'string' && !isCidr(address)) return `invalid ${field}: ${address}`;
  }
  return isJsonObject(protocol) ? `unknown protocol [${String(protocol['name'])}]` : upstreamRule(upstream, hooks);
}
