import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { titled } from '../defs/choice.ts';
import { CreateTime, Description, Id, Labels, Name, Plugins, Script, UpdateTime } from '../defs/identity.ts';
import { Cidr, EnableWebsocket, Host, Hosts, HttpMethod, Timeout } from '../defs/network.ts';
import { routePreRule, routeRule } from './route-rules.ts';
import { UpstreamSchema } from './upstream.ts';

const Matching = {
  uri: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4096,
      title: 'Path',
      description: 'Path that a request must have. A trailing `*` matches any rest.',
    }),
  ),
  uris: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      uniqueItems: true,
      title: 'Paths',
      description: 'Paths of which a request must have one.',
    }),
  ),
  methods: Type.Optional(
    Type.Array(HttpMethod, {
      uniqueItems: true,
      title: 'Methods',
      description: 'Request methods that match; without it, all of them.',
    }),
  ),
  host: Type.Optional(titled(Host, 'Host', 'Host that a request must be for. A leading `*` matches any prefix.')),
  hosts: Type.Optional(Hosts),
  remote_addr: Type.Optional(titled(Cidr, 'Client address', 'Address or block that the client must be in.')),
  remote_addrs: Type.Optional(
    Type.Array(Cidr, {
      minItems: 1,
      uniqueItems: true,
      title: 'Client addresses',
      description: 'Addresses and blocks of which the client must be in one.',
    }),
  ),
  vars: Type.Optional(
    Type.Unsafe<unknown[]>({
      type: 'array',
      title: 'Condition',
      description: 'Expression over request variables that must hold, such as `[["arg_name", "==", "json"]]`.',
    }),
  ),
  filter_func: Type.Optional(
    Type.String({
      minLength: 10,
      pattern: '^function',
      'x-widget': 'long-text',
      title: 'Filter function',
      description:
        'JavaScript (or TypeScript) function that gets the variables of a request and returns whether the route matches: ' +
        "`function (vars) { return vars.arg_name === 'json'; }`.",
    }),
  ),
  priority: Type.Integer({
    default: 0,
    title: 'Priority',
    description: 'Of routes with the same path, the one with the higher priority is tried first.',
  }),
};

const Target = {
  upstream: Type.Optional(titled(UpstreamSchema, 'Upstream', 'Servers of this route alone.')),
  upstream_id: Type.Optional(titled(Id, 'Upstream', 'Id of the upstream to send requests to.')),
  service_id: Type.Optional(titled(Id, 'Service', 'Id of the service whose settings the route inherits.')),
  timeout: Type.Optional(Timeout),
  enable_websocket: Type.Optional(EnableWebsocket),
};

const Behaviour = {
  plugins: Type.Optional(Plugins),
  plugin_config_id: Type.Optional(titled(Id, 'Plugin config', 'Id of a set of plugins to add to those of the route.')),
  script: Type.Optional(Script),
  script_id: Type.Optional(titled(Id, 'Script', 'Id that the script is known by.')),
};

const targets = ['plugins', 'upstream', 'upstream_id', 'service_id'];
const paths = ['uri', 'uris'];
const withTarget = (fields: readonly string[], path: string) => fields.map((field) => ({ required: [field, path] }));
const eitherOf = (one: string, many: string) => ({
  oneOf: [{ not: { anyOf: [{ required: [one] }, { required: [many] }] } }, { required: [one] }, { required: [many] }],
});

/** Schema of a route. */
export const RouteSchema = Type.Object(
  {
    id: Type.Optional(Id),
    name: Type.Optional(Name),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    status: Type.Unsafe<0 | 1>({
      type: 'integer',
      enum: [1, 0],
      default: 1,
      title: 'Status',
      description: '1 serves requests; 0 takes the route out without deleting it.',
    }),
    ...Matching,
    ...Target,
    ...Behaviour,
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  {
    additionalProperties: false,
    allOf: [
      { oneOf: [{ required: ['uri'] }, { required: ['uris'] }] },
      eitherOf('host', 'hosts'),
      eitherOf('remote_addr', 'remote_addrs'),
    ],
    // The message lists these in this order.
    anyOf: [
      ...paths.flatMap((path) => withTarget(targets, path)),
      ...paths.flatMap((path) => withTarget(['script'], path)),
    ],
    not: { anyOf: [{ required: ['script', 'plugins'] }, { required: ['script', 'plugin_config_id'] }] },
    title: 'Route',
    description: 'Which requests are meant, what happens to them, and where they go.',
  },
);

/** A route, defaults filled. */
export type Route = Static<typeof RouteSchema>;

/** Which requests are meant, what happens to them, and where they go. */
export const routeKind = defineKind({
  name: 'route',
  title: 'Route',
  description: 'Which requests are meant, what happens to them, and where they go.',
  schema: RouteSchema,
  references: {
    upstream_id: 'upstream',
    service_id: 'service',
    plugin_config_id: 'plugin_config',
    'upstream.tls.client_cert_id': 'ssl',
  },
  pluginDoor: 'config',
  secrets: ['upstream.tls.client_key'],
  preChecks: routePreRule,
  extraChecks: routeRule,
});
