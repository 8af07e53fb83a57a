import { definePluginSchema, Type } from '@sluice/schema';

/** What `zipkin` can be told. */
export const zipkinSchema = definePluginSchema({
  name: 'zipkin',
  category: 'telemetry',
  priority: 12_011,
  phases: ['rewrite', 'access', 'header_filter', 'log'],
  title: 'Zipkin',
  description: 'Makes the gateway a part of distributed traces with B3 headers, and sends its spans to Zipkin.',
  config: Type.Object({
    endpoint: Type.String({
      title: 'Address',
      description: 'Where spans are sent to, such as `http://127.0.0.1:9411/api/v2/spans`.',
    }),
    sample_ratio: Type.Number({
      minimum: 0.00001,
      maximum: 1,
      title: 'Part of requests',
      description: 'Part of the requests that are recorded where the caller has not decided: 1 for all.',
    }),
    service_name: Type.String({
      default: 'APISIX',
      title: 'Service name',
      description: 'Name of the gateway in its spans.',
    }),
    server_addr: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,3}.[0-9]{1,3}.[0-9]{1,3}.[0-9]{1,3}$',
        title: 'Own address',
        description: 'Address of the gateway in its spans; the one that the client came to unless given.',
      }),
    ),
    span_version: Type.Unsafe<1 | 2>({
      enum: [1, 2],
      default: 2,
      title: 'Spans',
      description: '2 records the request, the upstream and the response; 1 the phases of the gateway instead.',
    }),
  }),
  extraChecks({ endpoint }) {
    const isAddress = URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol);
    return isAddress ? undefined : 'property "endpoint" validation failed: expected the URL of an HTTP service';
  },
});
