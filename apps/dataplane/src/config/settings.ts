import { cacheSettings, defineSettings } from '@sluice/settings';
import { etcdSettings } from '@sluice/sync/etcd-settings';
import Type from 'typebox';
import { listenerSettings } from './listener-settings.ts';
import { pathSettings } from './path-settings.ts';
import { upstreamSettings } from './upstream-settings.ts';
import { logLevels } from '../telemetry/json-log.ts';

const port = (fallback: number, description: string) =>
  Type.Integer({ default: fallback, minimum: 0, maximum: 65_535, description });
const path = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

/** More threads than any machine that this was tried on. */
const workersMax = 128;

/** Everything that can be set on a data plane: by environment variable, or by key in the YAML file (the variable wins). */
export const dataPlaneSettings = defineSettings({
  data_dir: {
    env: 'SLUICE_DATA_DIR',
    schema: Type.String({
      default: '.sluice',
      minLength: 1,
      description:
        'Folder for the last known good configuration, the instance id, caches on disk and the logs of `file-logger`. One per data plane.',
    }),
  },
  host: {
    env: 'SLUICE_HOST',
    schema: Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address that the proxy listens on.' }),
  },
  http_port: { env: 'SLUICE_HTTP_PORT', schema: port(9080, 'Port of the proxy. 0 picks a free one.') },
  ...listenerSettings,
  ...upstreamSettings,
  ...cacheSettings,
  control_port: {
    env: 'SLUICE_CONTROL_PORT',
    schema: port(9090, 'Port of the control API (health, readiness, dump, drain), always on 127.0.0.1.'),
  },
  metrics_port: {
    env: 'SLUICE_METRICS_PORT',
    schema: port(9091, 'Port of the Prometheus metrics, always on 127.0.0.1.'),
  },
  source: {
    env: 'SLUICE_SOURCE',
    schema: Type.Union([Type.Literal('control-plane'), Type.Literal('etcd'), Type.Literal('file')], {
      default: 'control-plane',
      enum: ['control-plane', 'etcd', 'file'],
      description: 'Where the configuration comes from.',
    }),
  },
  file: {
    env: 'SLUICE_FILE',
    schema: path(
      'File that the configuration is read from with the source `file`: YAML that ends in a line `#END`, or JSON.',
    ),
  },
  control_plane: {
    env: 'SLUICE_CONTROL_PLANE',
    schema: Type.Optional(
      Type.String({
        pattern: '^(\\[[0-9a-fA-F:]+\\]|[^:]+):[0-9]+$',
        description:
          'Host and port of the control plane that streams the configuration (default: `127.0.0.1:9190`), or, where that ' +
          'comes from etcd, that is told about health and metrics (default: none).',
      }),
    ),
  },
  join_token: {
    env: 'SLUICE_JOIN_TOKEN',
    isSecret: true,
    schema: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The token by which the control plane and this data plane know each other; with it they speak TLS.',
      }),
    ),
  },
  grpc_tls_ca: {
    env: 'SLUICE_GRPC_TLS_CA',
    schema: path('PEM file of the authority that signs the certificate of the control plane; with it they speak TLS.'),
  },
  grpc_tls_cert: {
    env: 'SLUICE_GRPC_TLS_CERT',
    schema: path('PEM file of the certificate that this data plane shows to the control plane.'),
  },
  grpc_tls_key: {
    env: 'SLUICE_GRPC_TLS_KEY',
    schema: path('PEM file of the private key of that certificate.'),
  },
  ...etcdSettings,
  etcd_prefix: {
    env: 'SLUICE_ETCD_PREFIX',
    schema: Type.Optional(
      Type.String({
        pattern: '^/.*[^/]$',
        description:
          'What the keys of the gateway group begin with in etcd. Default: `/apisix` for the group `default`, ' +
          '`/sluice/<group>` for another.',
      }),
    ),
  },
  group: {
    env: 'SLUICE_GROUP',
    schema: Type.String({
      default: 'default',
      minLength: 1,
      description: 'The gateway group whose configuration is served.',
    }),
  },
  instance_id: {
    env: 'SLUICE_INSTANCE_ID',
    schema: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Name of this data plane. Default: made once and kept.',
      }),
    ),
  },
  labels: {
    env: 'SLUICE_LABELS',
    schema: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Labels of this data plane, shown in the fleet: `zone=a,rack=12`.',
    }),
  },
  workers: {
    env: 'SLUICE_WORKERS',
    // No default here: the reference would say how many cores the machine has that wrote it.
    schema: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: workersMax,
        description:
          'Threads that serve requests; they share ports, configuration and counters. Default: the number of cores.',
      }),
    ),
  },
  worker_timeout: {
    env: 'SLUICE_WORKER_TIMEOUT',
    schema: Type.Number({
      default: 5,
      minimum: 1,
      description: 'Seconds after which a worker that does nothing any more is ended and replaced.',
    }),
  },
  take_over: {
    env: 'SLUICE_TAKE_OVER',
    schema: Type.Boolean({
      default: false,
      description:
        'Take the traffic over from a data plane that serves on the same ports: both listen until this one is ready, then ' +
        'the other one finishes its requests and ends. Without another one the start is as usual.',
    }),
  },
  log_level: {
    env: 'SLUICE_LOG_LEVEL',
    schema: Type.Union(
      logLevels.map((level) => Type.Literal(level)),
      { default: 'info', enum: [...logLevels], description: 'What is logged, as JSON lines on standard error.' },
    ),
  },
  router: {
    env: 'SLUICE_ROUTER',
    schema: Type.Union(
      [Type.Literal('radixtree_host_uri'), Type.Literal('radixtree_uri'), Type.Literal('radixtree_uri_with_parameter')],
      {
        default: 'radixtree_host_uri',
        enum: ['radixtree_host_uri', 'radixtree_uri', 'radixtree_uri_with_parameter'],
        description: 'How routes are matched.',
      },
    ),
  },
  ...pathSettings,
  trusted_addresses: {
    env: 'SLUICE_TRUSTED_ADDRESSES',
    schema: Type.Array(Type.String(), {
      default: [],
      description: 'Addresses and CIDR ranges whose X-Forwarded-* headers are believed.',
    }),
  },
  access_log: {
    env: 'SLUICE_ACCESS_LOG',
    schema: Type.String({
      default: 'stdout',
      description: 'Where the access log goes: `stdout`, `off`, or a file that is appended to.',
    }),
  },
  access_log_format: {
    env: 'SLUICE_ACCESS_LOG_FORMAT',
    schema: Type.Optional(
      Type.String({ description: 'A format with `$variables`. Default: one JSON object per line.' }),
    ),
  },
  access_log_format_escape: {
    env: 'SLUICE_ACCESS_LOG_FORMAT_ESCAPE',
    schema: Type.Union([Type.Literal('default'), Type.Literal('json')], {
      default: 'default',
      enum: ['default', 'json'],
      description:
        'How values are written into a format: `default` as `\\xXX` where they could end a quote or a line, `json` as inside ' +
        'a JSON string.',
    }),
  },
  max_post_args_readable_size: {
    env: 'SLUICE_MAX_POST_ARGS_READABLE_SIZE',
    schema: Type.Number({
      default: 1,
      minimum: 0,
      description:
        'Size in MiB up to which a body is read before routing, where a route asks for something in it (`post_arg_*`, ' +
        '`graphql_*`). In a longer body these are missing.',
    }),
  },
  explain_header: {
    env: 'SLUICE_EXPLAIN_HEADER',
    schema: Type.String({
      default: 'X-Sluice-Explain',
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
      description:
        'Header by which a client that knows `explain_secret` gets an explanation of its request as the answer.',
    }),
  },
  explain_secret: {
    env: 'SLUICE_EXPLAIN_SECRET',
    isSecret: true,
    schema: Type.Optional(
      Type.String({
        minLength: 16,
        description: 'What `explain_header` has to say. Without it no request of a client is ever explained.',
      }),
    ),
  },
  drain_seconds: {
    env: 'SLUICE_DRAIN_SECONDS',
    schema: Type.Number({
      default: 8,
      minimum: 0,
      description: 'How long requests in flight may take to finish when the data plane stops.',
    }),
  },
  plugin_attr: {
    env: null,
    schema: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
      default: {},
      description: 'Attributes of plugins by plugin name, with the keys that APISIX uses.',
    }),
  },
});
