import { choice, definePluginSchema, Type } from '@sluice/schema';

type Scalars = Readonly<Record<string, string | number | boolean>>;

const scalars = (title: string, description: string) =>
  Type.Optional(
    Type.Unsafe<Scalars>({
      type: 'object',
      additionalProperties: { oneOf: [{ type: 'boolean' }, { type: 'number' }, { type: 'string' }] },
      title,
      description,
    }),
  );

const Fraction = Type.Number({
  default: 0,
  title: 'Fraction',
  description: 'Part of the traces that `trace_id_ratio` records: 0 for none, 1 for all.',
});

const rootOptions = { fraction: 0 };
const root = { name: 'always_off' as const, options: rootOptions };
const usualRoot = { name: 'always_off' as const };
const options = { fraction: 0, root: usualRoot };

const Root = Type.Object(
  {
    name: choice(['always_on', 'always_off', 'trace_id_ratio'], {
      default: 'always_off',
      title: 'Rule',
      description: 'Which requests are recorded.',
    }),
    options: Type.Object(
      { fraction: Fraction },
      { default: rootOptions, title: 'Options', description: 'Of the rule `trace_id_ratio`.' },
    ),
  },
  {
    default: root,
    title: 'Without a parent',
    description: 'The rule of `parent_base` for requests that begin a trace.',
  },
);

const Sampler = Type.Object(
  {
    name: choice(['always_on', 'always_off', 'trace_id_ratio', 'parent_base'], {
      default: 'always_off',
      title: 'Rule',
      description: 'Which requests are recorded; `parent_base` does as the caller did, which its `traceparent` says.',
    }),
    options: Type.Object(
      { fraction: Fraction, root: Root },
      { default: options, title: 'Options', description: 'Of the rules `trace_id_ratio` and `parent_base`.' },
    ),
  },
  {
    default: { name: 'always_off' as const, options },
    title: 'Sampler',
    description: 'Chooses the requests to record.',
  },
);

const names = (title: string, description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, title: 'Name', description: 'A name.' }), { title, description }),
  );

const Collector = Type.Object(
  {
    address: Type.String({
      default: '127.0.0.1:4318',
      title: 'Address',
      description: '`host:port` or URL of the collector; `/v1/traces` is added.',
    }),
    request_timeout: Type.Integer({
      default: 3,
      title: 'Timeout',
      description: 'Seconds that the collector is given.',
    }),
    request_headers: scalars('Headers', 'Headers of the requests to the collector, such as `Authorization`.'),
  },
  {
    default: { address: '127.0.0.1:4318', request_timeout: 3 },
    title: 'Collector',
    description: 'Who takes the spans, by OTLP over HTTP.',
  },
);

const Batches = Type.Object(
  {
    max_queue_size: Type.Optional(
      Type.Integer({ title: 'Spans that may wait', description: 'Further ones are dropped. 2048 unless given.' }),
    ),
    max_export_batch_size: Type.Optional(
      Type.Integer({ title: 'Batch size', description: 'Spans that are sent at once. 256 unless given.' }),
    ),
    inactive_timeout: Type.Optional(
      Type.Number({
        title: 'Idle time',
        description: 'Seconds without a new span after which a batch is sent. 2 unless given.',
      }),
    ),
    batch_timeout: Type.Optional(
      Type.Number({
        title: 'Longest wait',
        description: 'Seconds after which a batch is sent in any case. 5 unless given.',
      }),
    ),
    drop_on_queue_full: Type.Optional(
      Type.Boolean({
        title: 'Drop early',
        description: 'With `false`, four batches instead of one are under way at a time before spans are dropped.',
      }),
    ),
  },
  { default: {}, title: 'Batches', description: 'How spans are collected.' },
);

/** What `opentelemetry` can be told. */
export const opentelemetrySchema = definePluginSchema({
  name: 'opentelemetry',
  category: 'telemetry',
  priority: 12_009,
  phases: ['rewrite', 'log'],
  title: 'OpenTelemetry',
  description: 'Makes the gateway a part of distributed traces, and sends its spans to a collector.',
  config: Type.Object({
    sampler: Sampler,
    additional_attributes: names('Variables', 'Variables that spans hold as attributes, such as `http_user_agent`.'),
    additional_header_prefix_attributes: names(
      'Headers',
      'Headers of the request that spans hold as attributes; a trailing `*` stands for all that begin so.',
    ),
  }),
  metadata: Type.Object({
    collector: Collector,
    batch_span_processor: Batches,
    resource: scalars('Resource', 'Attributes of the gateway itself, such as `service.name`.'),
    trace_id_source: choice(['x-request-id', 'random'], {
      default: 'random',
      title: 'Trace id',
      description: 'Where the id of a new trace comes from; `x-request-id` takes that header where it can be one.',
    }),
    set_ngx_var: Type.Boolean({
      default: false,
      title: 'Variables',
      description:
        'Whether access logs and plugins know the trace as `$opentelemetry_trace_id` and two more variables.',
    }),
  }),
  secrets: { metadata: ['collector.request_headers.*'] },
  differences: {
    'metadata/batch_span_processor.drop_on_queue_full': {
      meaning:
        'Nobody waits: with `false` more batches are sent at a time, and what has no room then is dropped all the same.',
    },
  },
});
