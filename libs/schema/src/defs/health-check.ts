import Type from 'typebox';
import { choice } from './choice.ts';
import { Host, httpMethods } from './network.ts';

const Statuses = (statuses: number[], description: string) =>
  Type.Array(Type.Integer({ minimum: 200, maximum: 599 }), {
    default: statuses,
    minItems: 1,
    uniqueItems: true,
    title: 'Status codes',
    description,
  });

const Count = (value: number, minimum: 0 | 1, title: string, description: string) =>
  Type.Integer({ default: value, minimum, maximum: 254, title, description });

const Interval = Type.Integer({
  default: 1,
  minimum: 1,
  title: 'Interval',
  description: 'Seconds between two probes.',
});

const CheckType = choice(['http', 'https', 'tcp'], {
  default: 'http',
  title: 'Type',
  description: 'What counts as an answer: an HTTP(S) status, or an accepted TCP connection.',
});

const ActiveHealthy = Type.Object(
  {
    interval: Interval,
    http_statuses: Statuses([200, 302], 'A probe answered with one of these succeeded.'),
    successes: Count(2, 1, 'Successes', 'Successful probes in a row that make a node healthy.'),
  },
  { title: 'Healthy', description: 'When an unhealthy node is taken back.' },
);

const ActiveUnhealthy = Type.Object(
  {
    interval: Interval,
    http_statuses: Statuses([429, 404, 500, 501, 502, 503, 504, 505], 'A probe answered with one of these failed.'),
    http_failures: Count(5, 1, 'HTTP failures', 'Failed HTTP probes in a row that make a node unhealthy.'),
    tcp_failures: Count(2, 1, 'TCP failures', 'Refused connections in a row that make a node unhealthy.'),
    timeouts: Count(3, 1, 'Timeouts', 'Probes without an answer in a row that make a node unhealthy.'),
  },
  { title: 'Unhealthy', description: 'When a node is taken out.' },
);

const Active = Type.Object(
  {
    type: CheckType,
    timeout: Type.Number({ default: 1, title: 'Timeout', description: 'Seconds until a probe counts as unanswered.' }),
    concurrency: Type.Integer({ default: 10, title: 'Concurrency', description: 'Nodes probed at the same time.' }),
    host: Type.Optional({ ...Host, title: 'Host', description: 'Host header of a probe.' }),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        title: 'Port',
        description: 'Port to probe in place of the one of the node.',
      }),
    ),
    http_method: choice(httpMethods, { default: 'GET', title: 'Method', description: 'Request method of a probe.' }),
    http_path: Type.String({ default: '/', title: 'Path', description: 'Path and query of a probe.' }),
    http_req_body: Type.String({ default: '', title: 'Body', description: 'Request body of a probe.' }),
    https_verify_certificate: Type.Boolean({
      default: true,
      title: 'Verify certificate',
      description: 'Whether a probe over HTTPS insists on a valid certificate.',
    }),
    req_headers: Type.Optional(
      Type.Array(Type.String({ uniqueItems: true }), {
        minItems: 1,
        title: 'Headers',
        description: 'Header lines of a probe, each as `Name: value`.',
      }),
    ),
    healthy: Type.Optional(ActiveHealthy),
    unhealthy: Type.Optional(ActiveUnhealthy),
  },
  { title: 'Active', description: 'Probes that the gateway sends to each node.' },
);

const Passive = Type.Object(
  {
    type: CheckType,
    healthy: Type.Optional(
      Type.Object(
        {
          http_statuses: Statuses(
            [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308],
            'A response with one of these counts as a success.',
          ),
          successes: Count(5, 0, 'Successes', 'Successes in a row that make a node healthy; 0 switches this off.'),
        },
        { title: 'Healthy', description: 'When traffic shows that a node is well.' },
      ),
    ),
    unhealthy: Type.Optional(
      Type.Object(
        {
          http_statuses: Statuses([429, 500, 503], 'A response with one of these counts as a failure.'),
          http_failures: Count(5, 0, 'HTTP failures', 'Failed responses that take a node out; 0 switches this off.'),
          tcp_failures: Count(2, 0, 'TCP failures', 'Failed connections that take a node out; 0 switches this off.'),
          timeouts: Count(7, 0, 'Timeouts', 'Timed out requests that take a node out; 0 switches this off.'),
        },
        { title: 'Unhealthy', description: 'When traffic shows that a node is not well.' },
      ),
    ),
  },
  { title: 'Passive', description: 'What the gateway concludes from real traffic. Needs active checks beside it.' },
);

/** How the gateway finds out which nodes of an upstream are well. */
export const HealthChecks = Type.Object(
  { active: Type.Optional(Active), passive: Type.Optional(Passive) },
  {
    anyOf: [{ required: ['active'] }, { required: ['active', 'passive'] }],
    title: 'Health checks',
    description: 'How the gateway finds out which nodes are well.',
  },
);
