import { choice, definePluginSchema, Type } from '@sluice/schema';

const llm = ['node', 'request_type', 'request_llm_model', 'llm_model'] as const;
const byName = ['route', 'service', 'consumer', ...llm] as const;
const byId = ['route_id', 'service_id', 'consumer', ...llm] as const;
const both = ['route', 'route_id', 'service', 'service_id', 'consumer', ...llm] as const;

/** Labels that tell one series from another can be blanked; those that say what is measured cannot. */
const labelsOf = {
  ai_cache_bypasses_total: both,
  ai_cache_embedding_latency: both,
  ai_cache_hits_total: both,
  ai_cache_misses_total: both,
  bandwidth: byName,
  http_latency: byName,
  http_status: ['route', 'matched_uri', 'matched_host', 'service', 'consumer', ...llm, 'response_source'],
  llm_active_connections: ['route', 'route_id', 'matched_uri', 'matched_host', ...both.slice(2)],
  llm_completion_tokens: byId,
  llm_completion_tokens_dist: byId,
  llm_latency: byId,
  llm_prompt_tokens: byId,
  llm_prompt_tokens_dist: byId,
} as const;

const disabledLabels = Object.fromEntries(
  Object.entries(labelsOf).map(([metric, labels]) => {
    const description = `Labels of \`${metric}\` whose values stay empty.`;
    return [metric, Type.Optional(Type.Array(choice(labels), { title: metric, description }))];
  }),
);

/** What `prometheus` can be told. */
export const prometheusSchema = definePluginSchema({
  name: 'prometheus',
  category: 'telemetry',
  priority: 500,
  version: '0.2',
  runPolicy: 'prefer_route',
  phases: ['log'],
  title: 'Prometheus',
  description: 'Counts requests, statuses, latencies and bytes, for Prometheus to scrape from the data plane.',
  config: Type.Object({
    prefer_name: Type.Boolean({
      default: false,
      title: 'Names instead of ids',
      description: 'Labels routes and services by name where they have one.',
    }),
  }),
  metadata: Type.Object({
    disabled_labels: Type.Optional(
      Type.Unsafe<Readonly<Record<string, readonly string[] | undefined>>>(
        Type.Object(disabledLabels, {
          additionalProperties: false,
          title: 'Disabled labels',
          description: 'Labels to leave empty, by metric: fewer series where a label has too many values.',
        }),
      ),
    ),
  }),
});
