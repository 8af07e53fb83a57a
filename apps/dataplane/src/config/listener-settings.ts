import { defineSettings } from '@sluice/settings';
import Type from 'typebox';

const port = (description: string) => Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description }));
const ip = Type.Optional(Type.String({ minLength: 1, description: 'Address; that of `SLUICE_HOST` without it.' }));
const seconds = (fallback: number, description: string) =>
  Type.Number({ default: fallback, exclusiveMinimum: 0, description });

const PlainListener = Type.Object(
  {
    port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'Port.' }),
    ip,
    enable_http2: Type.Optional(Type.Boolean({ description: 'HTTP/2 without TLS on this port.' })),
  },
  { additionalProperties: false, description: 'A port of the proxy.' },
);

const Ssl = Type.Object(
  {
    enable: Type.Optional(Type.Boolean({ description: 'False: no HTTPS port is opened.' })),
    listen: Type.Optional(
      Type.Array(
        Type.Object(
          { port: port('Port.'), ip, enable_http3: Type.Optional(Type.Literal(false, { enum: [false] })) },
          { additionalProperties: false, description: 'An HTTPS port.' },
        ),
        { minItems: 1, description: 'HTTPS ports, in place of `SLUICE_HTTPS_PORT`.' },
      ),
    ),
    ssl_protocols: Type.Optional(
      Type.String({
        pattern: '^TLSv1\\.[123]( TLSv1\\.[123]){0,2}$',
        description: 'Versions of TLS, separated by spaces.',
      }),
    ),
    ssl_ciphers: Type.Optional(
      Type.String({ minLength: 1, description: 'Cipher suites in the notation of OpenSSL, TLS 1.3 included.' }),
    ),
    ssl_session_tickets: Type.Optional(Type.Boolean({ description: 'Whether sessions can be resumed by tickets.' })),
    fallback_sni: Type.Optional(
      Type.String({ minLength: 1, description: 'Name that is assumed for clients that name none.' }),
    ),
  },
  {
    additionalProperties: false,
    default: {},
    description:
      'HTTPS, with the keys that APISIX uses: `enable`, `listen`, `ssl_protocols`, `ssl_ciphers`, `ssl_session_tickets`, ' +
      '`fallback_sni`.',
  },
);

/** Where the proxy listens, and what it puts up with from clients. */
export const listenerSettings = defineSettings({
  https_port: {
    env: 'SLUICE_HTTPS_PORT',
    schema: Type.Integer({
      default: 9443,
      minimum: 0,
      maximum: 65_535,
      description: 'HTTPS port of the proxy. 0 picks a free one; `ssl: {enable: false}` opens none.',
    }),
  },
  node_listen: {
    env: null,
    schema: Type.Array(Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), PlainListener]), {
      default: [],
      description:
        'Plain ports in place of `SLUICE_HTTP_PORT`: numbers, or objects with `port`, `ip` and `enable_http2`.',
    }),
  },
  enable_http2: {
    env: 'SLUICE_HTTP2',
    schema: Type.Boolean({
      default: true,
      description: 'Whether plain ports speak HTTP/2 (by prior knowledge) beside HTTP/1.1. HTTPS ports always do.',
    }),
  },
  ssl: { env: null, schema: Ssl },
  proxy_protocol: {
    env: null,
    schema: Type.Object(
      {
        listen_http_port: port('Plain port whose connections begin with a PROXY header.'),
        listen_https_port: port('HTTPS port whose connections begin with a PROXY header.'),
        trusted_addresses: Type.Optional(
          Type.Array(Type.String(), { description: 'Peers that may connect to these ports.' }),
        ),
      },
      {
        additionalProperties: false,
        default: {},
        description:
          'Further ports behind a load balancer that says who the client is (PROXY protocol, version 1 or 2): ' +
          '`listen_http_port`, `listen_https_port`, and `trusted_addresses` (default: loopback and private networks).',
      },
    ),
  },
  client_header_timeout: {
    env: 'SLUICE_CLIENT_HEADER_TIMEOUT',
    schema: seconds(60, 'Seconds in which the head of a request must be complete.'),
  },
  client_body_timeout: {
    env: 'SLUICE_CLIENT_BODY_TIMEOUT',
    schema: seconds(60, 'Seconds between two pieces of the body of a request; then it is answered 408.'),
  },
  send_timeout: {
    env: 'SLUICE_SEND_TIMEOUT',
    schema: seconds(60, 'Seconds that a client may take nothing of its answer.'),
  },
  keepalive_timeout: {
    env: 'SLUICE_KEEPALIVE_TIMEOUT',
    schema: seconds(75, 'Seconds that a connection may be idle between two requests.'),
  },
  client_header_max_size: {
    env: 'SLUICE_CLIENT_HEADER_MAX_SIZE',
    schema: Type.Integer({
      default: 32_768,
      minimum: 1024,
      maximum: 1_048_576,
      description: 'Bytes of request line and fields together; a larger head is answered 431.',
    }),
  },
  client_header_max_count: {
    env: 'SLUICE_CLIENT_HEADER_MAX_COUNT',
    schema: Type.Integer({
      default: 200,
      minimum: 10,
      maximum: 10_000,
      description: 'Fields of a request; more are answered 431.',
    }),
  },
  client_max_body_size: {
    env: 'SLUICE_CLIENT_MAX_BODY_SIZE',
    schema: Type.Integer({
      default: 0,
      minimum: 0,
      description: 'Bytes of a request body; a larger one is answered 413. 0 for no limit.',
    }),
  },
  max_connections: {
    env: 'SLUICE_MAX_CONNECTIONS',
    schema: Type.Integer({
      default: 0,
      minimum: 0,
      description: 'Connections that a port of one worker may have open; more are closed at once. 0 for no limit.',
    }),
  },
  http2_max_concurrent_streams: {
    env: 'SLUICE_HTTP2_MAX_CONCURRENT_STREAMS',
    schema: Type.Integer({
      default: 256,
      minimum: 1,
      maximum: 10_000,
      description: 'Requests that one HTTP/2 connection may have open.',
    }),
  },
});
