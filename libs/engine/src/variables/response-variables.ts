import { hostFor } from '../upstream/request-head.ts';
import { seconds } from './seconds.ts';
import type { Getter } from './variable-table.ts';

const sources = { gateway: 'apisix', upstream: 'upstream', 'proxy-error': 'nginx' } as const;

/** What is known of the answer. */
export const responseVariables: Readonly<Record<string, Getter>> = {
  status: ({ response }) => (response.status === 0 ? undefined : String(response.status)),
  bytes_sent: ({ bytes }) => String(bytes.sent),
  bytes_received: ({ bytes }) => String(bytes.received),
  body_bytes_sent: ({ bytes, headBytes }) => String(Math.max(bytes.sent - headBytes, 0)),
  response_source: ({ response }) => sources[response.origin],
};

/** What routing and authentication found. */
export const matchVariables: Readonly<Record<string, Getter>> = {
  route_id: ({ route }) => route?.id,
  route_name: ({ route }) => route?.name,
  service_id: ({ route }) => route?.service?.id,
  service_name: ({ route }) => route?.service?.name,
  matched_uri: ({ route }) => route?.uri,
  matched_host: ({ route }) => route?.host,
  consumer_name: ({ consumer }) => consumer?.username,
  consumer_group_id: ({ consumer }) => consumer?.groupId,
};

/** What is known of the node that was asked; with several tries, `upstream_addr` and `upstream_status` list all. */
export const upstreamVariables: Readonly<Record<string, Getter>> = {
  balancer_ip: ({ call }) => call?.node?.host,
  balancer_port: ({ call }) => (call?.node ? String(call.node.port) : undefined),
  upstream_unresolved_host: ({ call }) => call?.node?.host,
  upstream_addr: ({ call }) => call?.triedNodes.map(({ name }) => name).join(', ') || undefined,
  upstream_status: ({ call }) => call?.statuses.join(', ') || undefined,
  upstream_response_time: ({ times }) => (times.upstreamMs < 0 ? undefined : seconds(times.upstreamMs)),
  apisix_upstream_response_time: ({ times }) => (times.upstreamMs < 0 ? undefined : seconds(times.upstreamMs)),
  upstream_connect_time: ({ call }) => (call === null || call.connectMs < 0 ? undefined : seconds(call.connectMs)),
  upstream_header_time: ({ call }) => (call === null || call.headerMs < 0 ? undefined : seconds(call.headerMs)),
  upstream_response_length: ({ call }) => (call === null ? undefined : String(call.bodyBytes)),
  upstream_scheme: ({ call }) => call?.target.transport.scheme,
  upstream_host: (exchange) =>
    exchange.call?.node ? hostFor(exchange, exchange.call.target.runtime, exchange.call.node) : undefined,
  upstream_uri: ({ call, request }) => {
    if (call === null) return undefined;
    return request.query === '' ? request.path : `${request.path}?${request.query}`;
  },
};

const zero: Getter = () => '0';
const no: Getter = () => 'false';
const empty: Getter = () => '';

/** What stands for a value about a model as long as no plugin has set it. */
export const modelVariables: Readonly<Record<string, Getter>> = {
  request_llm_model: empty,
  llm_model: empty,
  llm_prompt_tokens: zero,
  llm_completion_tokens: zero,
  llm_total_tokens: zero,
  llm_cache_read_input_tokens: zero,
  llm_cache_creation_input_tokens: zero,
  llm_reasoning_tokens: zero,
  llm_time_to_first_token: zero,
  llm_stream: no,
  llm_has_tool_calls: no,
  llm_tool_count: zero,
  llm_end_user_id: empty,
  llm_content_risk_level: empty,
};
