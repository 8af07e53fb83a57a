import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { choice, titled } from '../defs/choice.ts';
import { HealthChecks } from '../defs/health-check.ts';
import { CreateTime, Description, Id, Labels, Name, UpdateTime } from '../defs/identity.ts';
import { Host, Timeout } from '../defs/network.ts';
import { Nodes } from '../defs/nodes.ts';
import { upstreamRule } from './upstream-rules.ts';

const KeepalivePool = Type.Object(
  {
    size: Type.Integer({ default: 320, minimum: 1, title: 'Size', description: 'Idle connections kept at most.' }),
    idle_timeout: Type.Number({
      default: 60,
      minimum: 0,
      title: 'Idle timeout',
      description: 'Seconds until an idle connection is closed.',
    }),
    requests: Type.Integer({
      default: 1000,
      minimum: 1,
      title: 'Requests',
      description: 'Requests after which a connection is closed.',
    }),
  },
  { title: 'Connection pool', description: 'How connections to the nodes are kept for the next request.' },
);

const UpstreamTls = Type.Object(
  {
    client_cert_id: Type.Optional(titled(Id, 'Client certificate', 'Id of an SSL object of type client to present.')),
    client_cert: Type.Optional(
      Type.String({
        minLength: 128,
        maxLength: 65536,
        title: 'Client certificate (PEM)',
        description: 'Certificate to present to the nodes.',
      }),
    ),
    client_key: Type.Optional(
      Type.String({
        minLength: 64,
        maxLength: 65536,
        title: 'Client key (PEM)',
        description: 'Private key of the client certificate.',
      }),
    ),
    verify: Type.Boolean({
      default: false,
      title: 'Verify',
      description: 'Whether the certificate of a node must be valid.',
    }),
  },
  {
    dependencies: {
      client_cert: { required: ['client_key'] },
      client_cert_id: { not: { required: ['client_cert', 'client_key'] } },
      client_key: { required: ['client_cert'] },
    },
    title: 'TLS',
    description: 'How the gateway presents itself to nodes that speak TLS.',
  },
);

const Balancing = {
  type: Type.String({
    default: 'roundrobin',
    title: 'Algorithm',
    description: 'How a node is chosen: `roundrobin`, `chash`, `ewma` or `least_conn`.',
  }),
  hash_on: choice(['vars', 'header', 'cookie', 'consumer', 'vars_combinations'], {
    default: 'vars',
    title: 'Hash on',
    description: 'Where consistent hashing (`chash`) takes its key from.',
  }),
  key: Type.Optional(
    Type.String({ title: 'Hash key', description: 'Variable, header or cookie whose value chooses the node.' }),
  ),
};

const Discovery = {
  service_name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, title: 'Service name', description: 'Name to ask the discovery for.' }),
  ),
  discovery_type: Type.Optional(
    Type.String({ title: 'Discovery', description: 'Which discovery knows the nodes, such as `dns` or `consul`.' }),
  ),
  discovery_args: Type.Optional(
    Type.Object(
      {
        namespace_id: Type.Optional(Type.String({ title: 'Namespace', description: 'Namespace of the service.' })),
        group_name: Type.Optional(Type.String({ title: 'Group', description: 'Group of the service.' })),
      },
      { title: 'Discovery arguments', description: 'What the discovery needs to know beside the name.' },
    ),
  ),
};

const Forwarding = {
  scheme: Type.Unsafe<'grpc' | 'grpcs' | 'http' | 'https' | 'tcp' | 'tls' | 'udp' | 'kafka'>({
    default: 'http',
    enum: ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'udp', 'kafka'],
    title: 'Scheme',
    description: 'The protocol that the nodes speak.',
  }),
  pass_host: choice(['pass', 'node', 'rewrite'], {
    default: 'pass',
    title: 'Host header',
    description: 'Host that a node sees: that of the client, its own, or the one in `upstream_host`.',
  }),
  upstream_host: Type.Optional(titled(Host, 'Upstream host', 'Host that a node sees when the host is rewritten.')),
  retries: Type.Optional(
    Type.Integer({
      minimum: 0,
      title: 'Retries',
      description: 'Further attempts after a failed one; without it, one less than there are nodes.',
    }),
  ),
  retry_timeout: Type.Optional(
    Type.Number({
      minimum: 0,
      title: 'Retry timeout',
      description: 'Seconds after which no further attempt begins; 0 for no limit.',
    }),
  ),
  timeout: Type.Optional(Timeout),
  keepalive_pool: Type.Optional(KeepalivePool),
};

/** Schema of an upstream, alone or inside a route or service. */
export const UpstreamSchema = Type.Object(
  {
    id: Type.Optional(Id),
    name: Type.Optional(Name),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    nodes: Type.Optional(Nodes),
    ...Discovery,
    ...Balancing,
    ...Forwarding,
    tls: Type.Optional(UpstreamTls),
    checks: Type.Optional(HealthChecks),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  {
    additionalProperties: false,
    oneOf: [{ required: ['nodes'] }, { required: ['service_name', 'discovery_type'] }],
    title: 'Upstream',
    description: 'The servers that requests are sent to, and how.',
  },
);

/** An upstream, defaults filled. */
export type Upstream = Static<typeof UpstreamSchema>;

/** A group of servers behind one name. */
export const upstreamKind = defineKind({
  name: 'upstream',
  title: 'Upstream',
  description: 'A group of servers that requests are sent to.',
  schema: UpstreamSchema,
  references: { 'tls.client_cert_id': 'ssl' },
  secrets: ['tls.client_key'],
  extraChecks: upstreamRule,
});
