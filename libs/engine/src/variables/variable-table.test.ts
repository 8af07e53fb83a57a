import { hostname } from 'node:os';
import { startGateway, startUpstream, type TestRequest } from '@sluice/testing';
import { expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

const at = Date.UTC(2026, 10, 21, 3, 4, 5, 678);
const local = /^21\/Nov\/2026:\d\d:\d\d:05 [+-]\d{4}$/;
const iso = /^2026-11-21T\d\d:\d\d:05[+-]\d\d:\d\d$/;
const secondsText = /^\d+\.\d{3}$/;
const id = /^[0-9a-f]{32}$/;

/** Every variable, and what it says about the request below once that is over. `undefined`: there is no such value here. */
const table: readonly (readonly [name: string, expected: string | RegExp | undefined])[] = [
  ['uri', '/p/a b'],
  ['document_uri', '/p/a b'],
  ['args', 'a=%31&a=2&b'],
  ['query_string', 'a=%31&a=2&b'],
  ['is_args', '?'],
  ['request_uri', '/p/a%20b?a=%31&a=2&b'],
  ['real_request_uri', '/p/a%20b?a=%31&a=2&b'],
  ['request', 'POST /p/a%20b?a=%31&a=2&b HTTP/1.1'],
  ['request_line', 'POST /p/a%20b?a=%31&a=2&b HTTP/1.1'],
  ['request_method', 'POST'],
  ['method', 'POST'],
  ['request_length', /^\d{3}$/],
  ['request_time', secondsText],
  ['request_id', id],
  ['apisix_request_id', id],
  ['request_type', 'traditional_http'],
  ['request_body', 'body'],
  ['scheme', 'http'],
  ['https', ''],
  ['host', 'h.com'],
  ['http_host', 'H.com:81'],
  ['server_name', 'h.com'],
  ['server_addr', '127.0.0.1'],
  ['server_port', /^\d+$/],
  ['server_protocol', 'HTTP/1.1'],
  ['content_type', 'text/plain'],
  ['content_length', '4'],
  ['cookie', 'c=1; C=2'],
  ['cookie_c', '1'],
  ['cookie_C', '2'],
  ['arg_a', '1'],
  ['arg_b', ''],
  ['arg_none', undefined],
  ['http_x_a', 'v'],
  ['http_user_agent', 'ua'],
  ['http_referer', 'ref'],
  ['remote_user', 'jack'],
  ['original_x_forwarded_for', '1.1.1.1'],
  ['proxy_add_x_forwarded_for', '1.1.1.1, 127.0.0.1'],
  ['remote_addr', '127.0.0.1'],
  ['binary_remote_addr', '\u007f\u0000\u0000\u0001'],
  ['remote_port', /^\d+$/],
  ['realip_remote_addr', '127.0.0.1'],
  ['realip_remote_port', /^\d+$/],
  ['connection', /^\d+$/],
  ['connection_requests', '1'],
  ['hostname', hostname()],
  ['pid', String(process.pid)],
  ['msec', (at / 1000).toFixed(3)],
  ['time_local', local],
  ['time_iso8601', iso],
  ['nginx_version', ''],
  ['ssl_protocol', undefined],
  ['ssl_cipher', undefined],
  ['ssl_server_name', undefined],
  ['ssl_session_reused', undefined],
  ['ssl_client_verify', undefined],
  ['ssl_client_s_dn', undefined],
  ['ssl_client_i_dn', undefined],
  ['ssl_client_serial', undefined],
  ['ssl_client_fingerprint', undefined],
  ['status', '201'],
  ['bytes_sent', /^\d{2,3}$/],
  ['bytes_received', /^\d{3}$/],
  ['body_bytes_sent', '6'],
  ['response_source', 'upstream'],
  ['sent_http_x_up', 'u'],
  ['upstream_http_x_up', 'u'],
  ['route_id', '1'],
  ['route_name', 'n'],
  ['service_id', 's'],
  ['service_name', 'sn'],
  ['matched_uri', '/p/*'],
  ['matched_host', '*.com'],
  ['uri_param_ext', 'a b'],
  ['consumer_name', undefined],
  ['consumer_group_id', undefined],
  ['balancer_ip', '127.0.0.1'],
  ['balancer_port', /^\d+$/],
  ['upstream_unresolved_host', '127.0.0.1'],
  ['upstream_addr', /^127\.0\.0\.1:\d+$/],
  ['upstream_status', '201'],
  ['upstream_response_time', secondsText],
  ['apisix_upstream_response_time', secondsText],
  ['upstream_header_time', secondsText],
  ['upstream_connect_time', secondsText],
  ['upstream_response_length', '6'],
  ['upstream_scheme', 'http'],
  ['upstream_host', 'H.com:81'],
  ['upstream_uri', '/p/a%20b?a=%31&a=2&b'],
  ['llm_model', ''],
  ['request_llm_model', ''],
  ['llm_prompt_tokens', '0'],
  ['llm_completion_tokens', '0'],
  ['llm_total_tokens', '0'],
  ['llm_cache_read_input_tokens', '0'],
  ['llm_cache_creation_input_tokens', '0'],
  ['llm_reasoning_tokens', '0'],
  ['llm_time_to_first_token', '0'],
  ['llm_stream', 'false'],
  ['llm_has_tool_calls', 'false'],
  ['llm_tool_count', '0'],
  ['llm_end_user_id', ''],
  ['llm_content_risk_level', ''],
  ['custom', 'mine'],
  ['no_such_variable', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
];

const request: TestRequest = {
  method: 'POST',
  path: '/p/a%20b?a=%31&a=2&b',
  headers: {
    host: 'H.com:81',
    'x-a': 'v',
    cookie: 'c=1; C=2',
    'user-agent': 'ua',
    referer: 'ref',
    'content-type': 'text/plain',
    'x-forwarded-for': '1.1.1.1',
    authorization: `Basic ${Buffer.from('jack:geheim').toString('base64')}`,
  },
  body: 'body',
};

async function valuesAfter(names: readonly string[]): Promise<Map<string, string | undefined>> {
  const values = new Map<string, string | undefined>();
  const plugin = testPlugin('p', () => ({
    access: (ctx) => ctx.setVariable('custom', 'mine') as undefined,
    log: (ctx) => {
      for (const name of names) values.set(name, ctx.variable(name));
    },
  }));
  await using upstream = await startUpstream((_req, res) => res.writeHead(201, { 'X-Up': 'u' }).end('answer'));
  const service = { kind: 'service', id: 's', value: { name: 'sn', upstream: upstream.url } };
  const route = { name: 'n', uri: '/p/*', hosts: ['*.com'], service_id: 's', plugins: { p: {} } };
  await using gateway = await startGateway([plugin], [service, { kind: 'route', id: '1', value: route }], {
    clock: { now: () => at },
  });
  await gateway.request(request);
  await expect.poll(() => values.size).toBe(names.length);
  return values;
}

test('every variable says what it should once the request is over', async () => {
  const values = await valuesAfter(table.map(([name]) => name));

  for (const [name, expected] of table) {
    const value = values.get(name);
    if (expected instanceof RegExp) expect(value, name).toMatch(expected);
    else expect(value, name).toBe(expected);
  }
});

test('both names of the id of a request say the same', async () => {
  const values = await valuesAfter(['request_id', 'apisix_request_id']);
  expect(values.get('request_id')).toBe(values.get('apisix_request_id'));
});
