import { apiKey, keyAuth, limitCount } from '../configuration/resources.ts';
import { accessToken, issuer, jwt, secrets, signedRequest } from './credentials.ts';

/** A route with plugins, and what it is asked with. */
export interface PluginLoad {
  /** The plugin, and what is special about this load of it. */
  readonly name: string;
  readonly plugins: Readonly<Record<string, object>>;
  /** Headers of the requests, which are sent in turn; one without headers where this is left out. */
  readonly headers?: readonly Readonly<Record<string, string>>[];
  /** Name of the load that it is compared with: all that the plugin does not cost. */
  readonly base?: string;
  /** Microseconds of CPU that it may cost beyond its base. */
  readonly goalMicros?: number;
}

/** What loads are compared with. The second one is there to show what differs by chance. */
export const bareLoad: PluginLoad = { name: 'no plugin', plugins: {} };

/** More than jwt-auth has traces of: asked for in turn, nearly every token is new to it when it comes again. */
const manyTokens = 60_000;

const keyed = [{ apikey: apiKey }];
const bearer = (id: number) => ({ Authorization: `Bearer ${jwt(id)}` });
const basic = { Authorization: `Basic ${Buffer.from(`bench:${secrets.password}`).toString('base64')}` };
const browser = { Origin: 'https://app.example.com', 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)' };
const behindKey = (plugins: PluginLoad['plugins']) => ({
  plugins: { 'key-auth': keyAuth, ...plugins },
  headers: keyed,
  base: 'key-auth',
});

/** One load of each plugin, as it is used most. `node` is the upstream, which answers everything with 200. */
export function pluginLoads(node: string): readonly PluginLoad[] {
  return [
    { name: 'no plugin again', plugins: {} },
    ...identityLoads(node),
    ...securityLoads,
    ...trafficLoads(node),
    ...transformLoads,
    ...observingLoads(node),
  ];
}

const identityLoads = (node: string): readonly PluginLoad[] => [
  { name: 'key-auth', plugins: { 'key-auth': keyAuth }, headers: keyed, goalMicros: 2 },
  { name: 'basic-auth', plugins: { 'basic-auth': {} }, headers: [basic] },
  { name: 'jwt-auth', plugins: { 'jwt-auth': {} }, headers: [bearer(0)], goalMicros: 2 },
  {
    name: 'jwt-auth, tokens not seen before',
    plugins: { 'jwt-auth': {} },
    headers: Array.from({ length: manyTokens }, (_, id) => bearer(id + 1)),
    goalMicros: 8,
  },
  { name: 'hmac-auth', plugins: { 'hmac-auth': { clock_skew: 86_400 } }, headers: [signedRequest()] },
  {
    name: 'multi-auth',
    plugins: { 'multi-auth': { auth_plugins: [{ 'basic-auth': {} }, { 'key-auth': keyAuth }] } },
    headers: keyed,
  },
  {
    name: 'openid-connect',
    plugins: {
      'openid-connect': {
        discovery: `${issuer.name}/.well-known/openid-configuration`,
        client_id: 'bench',
        bearer_only: true,
        public_key: issuer.publicKey,
        claim_validator: { issuer: { valid_issuers: [issuer.name] } },
      },
    },
    headers: [{ Authorization: `Bearer ${accessToken()}` }],
  },
  { name: 'forward-auth', plugins: { 'forward-auth': { uri: `http://${node}/` } } },
  { name: 'consumer-restriction', ...behindKey({ 'consumer-restriction': { whitelist: ['bench'] } }) },
  { name: 'acl', ...behindKey({ acl: { allow_labels: { team: ['bench'] } } }) },
  {
    name: 'attach-consumer-label',
    ...behindKey({ 'attach-consumer-label': { headers: { 'X-Team': '$team' } } }),
  },
];

const securityLoads: readonly PluginLoad[] = [
  { name: 'cors', plugins: { cors: { allow_origins: browser.Origin } }, headers: [browser], goalMicros: 2 },
  { name: 'csrf', plugins: { csrf: { key: 'bench-csrf' } } },
  { name: 'ip-restriction', plugins: { 'ip-restriction': { whitelist: ['127.0.0.0/8', '10.0.0.0/8'] } } },
  { name: 'ua-restriction', plugins: { 'ua-restriction': { denylist: ['bot', 'curl/7'] } }, headers: [browser] },
  {
    name: 'referer-restriction',
    plugins: { 'referer-restriction': { whitelist: ['*.example.com'], bypass_missing: true } },
  },
  { name: 'uri-blocker', plugins: { 'uri-blocker': { block_rules: ['\\.(php|asp)$', 'select.+from'] } } },
  {
    name: 'request-validation',
    plugins: { 'request-validation': { header_schema: { type: 'object', required: ['user-agent'] } } },
    headers: [browser],
  },
  { name: 'client-control', plugins: { 'client-control': { max_body_size: 1_000_000 } } },
];

const trafficLoads = (node: string): readonly PluginLoad[] => [
  { name: 'limit-count', plugins: { 'limit-count': limitCount }, goalMicros: 2 },
  {
    name: 'limit-req',
    plugins: { 'limit-req': { rate: 1e9, burst: 1e9, key: 'remote_addr', key_type: 'var', nodelay: true } },
  },
  {
    name: 'limit-conn',
    plugins: { 'limit-conn': { conn: 100_000, burst: 0, default_conn_delay: 0.1, key: 'remote_addr' } },
  },
  { name: 'api-breaker', plugins: { 'api-breaker': { break_response_code: 502 } } },
  {
    name: 'traffic-split',
    plugins: {
      'traffic-split': {
        rules: [{ weighted_upstreams: [{ upstream: { type: 'roundrobin', nodes: { [node]: 1 } }, weight: 1 }] }],
      },
    },
  },
  { name: 'proxy-mirror', plugins: { 'proxy-mirror': { host: `http://${node}` } } },
  {
    name: 'workflow',
    plugins: { workflow: { rules: [{ case: [['uri', '==', '/never']], actions: [['return', { code: 403 }]] }] } },
  },
  { name: 'real-ip', plugins: { 'real-ip': { source: 'http_x_ip', trusted_addresses: ['127.0.0.0/8'] } } },
  {
    name: 'proxy-cache',
    plugins: { 'proxy-cache': { cache_strategy: 'memory', cache_zone: 'memory_cache', cache_ttl: 3600 } },
  },
];

const transformLoads: readonly PluginLoad[] = [
  { name: 'request-id', plugins: { 'request-id': {} } },
  {
    name: 'proxy-rewrite',
    plugins: { 'proxy-rewrite': { uri: '/orders', headers: { set: { 'X-Version': '2' } } } },
    goalMicros: 2,
  },
  { name: 'response-rewrite', plugins: { 'response-rewrite': { headers: { set: { 'X-Version': '2' } } } } },
  { name: 'echo', plugins: { echo: { before_body: 'before ', headers: { 'X-Version': '2' } } } },
  {
    name: 'fault-injection',
    plugins: { 'fault-injection': { abort: { http_status: 500, vars: [[['arg_fail', '==', 'yes']]] } } },
  },
  { name: 'gzip', plugins: { gzip: { types: '*' } }, headers: [{ 'Accept-Encoding': 'gzip' }] },
  { name: 'brotli', plugins: { brotli: { types: '*' } }, headers: [{ 'Accept-Encoding': 'br' }] },
  {
    name: 'serverless-pre-function',
    plugins: { 'serverless-pre-function': { phase: 'rewrite', functions: ['(conf, ctx) => undefined'] } },
  },
];

const observingLoads = (node: string): readonly PluginLoad[] => [
  { name: 'http-logger', plugins: { 'http-logger': { uri: `http://${node}/` } } },
  { name: 'file-logger', plugins: { 'file-logger': { path: 'bench.log' } } },
  { name: 'syslog', plugins: { syslog: { host: '127.0.0.1', port: 9, sock_type: 'udp' } } },
  { name: 'udp-logger', plugins: { 'udp-logger': { host: '127.0.0.1', port: 9 } } },
  {
    name: 'opentelemetry',
    plugins: { opentelemetry: { sampler: { name: 'trace_id_ratio', options: { fraction: 0.1 } } } },
  },
  { name: 'zipkin', plugins: { zipkin: { endpoint: `http://${node}/spans`, sample_ratio: 0.1 } } },
  { name: 'prometheus', plugins: { prometheus: {} }, goalMicros: 2 },
];

/** Plugins that no load measures, and why. */
export const unmeasured: Readonly<Record<string, string>> = {
  'batch-requests': 'It is an address of its own: a request to it is several requests.',
  'body-transformer': 'What it costs is the template that it is given.',
  'grpc-transcode': 'It needs a server of gRPC.',
  'grpc-web': 'It needs a server of gRPC.',
  'kafka-logger': 'It needs a broker.',
  mocking: 'It answers in place of the upstream: less than no plugin at all.',
  opa: 'It waits for an agent, which would be what is measured.',
  'public-api': 'It leads to addresses of other plugins.',
  redirect: 'It answers in place of the upstream: less than no plugin at all.',
  'serverless-post-function': 'It is serverless-pre-function in another place.',
};
