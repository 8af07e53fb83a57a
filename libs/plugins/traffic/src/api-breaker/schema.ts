import { definePluginSchema, Type } from '@sluice/schema';

/** Header names and values that cannot break the head of an answer. */
const [namePattern, valuePattern] = [/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, /^[^\r\n\0]*$/];

const count = (title: string, description: string) => Type.Integer({ default: 3, minimum: 1, title, description });

const statuses = (most: number, least: number, initial: number, description: string) =>
  Type.Array(Type.Integer({ minimum: least, maximum: most, title: 'Status' }), {
    default: [initial],
    minItems: 1,
    uniqueItems: true,
    title: 'Statuses',
    description,
  });

/** What `api-breaker` can be told. */
export const apiBreakerSchema = definePluginSchema({
  name: 'api-breaker',
  category: 'traffic',
  priority: 1005,
  phases: ['access', 'log'],
  title: 'API breaker',
  description: 'Stops asking an upstream that fails again and again, and gives it time to recover.',
  config: Type.Object({
    break_response_code: Type.Integer({
      minimum: 200,
      maximum: 599,
      title: 'Status',
      description: 'Status of the answer that the gateway gives instead of the upstream.',
    }),
    break_response_body: Type.Optional(
      Type.String({ 'x-widget': 'long-text', title: 'Body', description: 'Body of that answer.' }),
    ),
    break_response_headers: Type.Optional(
      Type.Array(
        Type.Object({
          key: Type.String({ minLength: 1, title: 'Name', description: 'Name of the header.' }),
          value: Type.String({ minLength: 1, title: 'Value', description: 'Its value, with `$var` variables.' }),
        }),
        { title: 'Headers', description: 'Headers of that answer. They are sent only with a body.' },
      ),
    ),
    max_breaker_sec: Type.Integer({
      default: 300,
      minimum: 3,
      title: 'Longest break',
      description: 'Seconds that a break lasts at most. The first takes 2, and each further one twice as long.',
    }),
    unhealthy: Type.Object(
      {
        http_statuses: statuses(599, 500, 500, 'Statuses of the upstream that count as failures.'),
        failures: count('Failures', 'Failures after which the upstream gets a break, and another after as many again.'),
      },
      {
        default: { http_statuses: [500], failures: 3 },
        title: 'Unhealthy',
        description: 'When the upstream is in trouble.',
      },
    ),
    healthy: Type.Object(
      {
        http_statuses: statuses(499, 200, 200, 'Statuses of the upstream that count as successes.'),
        successes: count('Successes', 'Successes in a row, after failures, by which all failures are forgotten.'),
      },
      {
        default: { http_statuses: [200], successes: 3 },
        title: 'Healthy',
        description: 'When the upstream is well again.',
      },
    ),
  }),
  extraChecks: ({ break_response_headers: headers = [] }) => {
    const wrong = headers.findIndex(({ key, value }) => !namePattern.test(key) || !valuePattern.test(value));
    return wrong < 0 ? undefined : `break_response_headers[${wrong}] is no valid header`;
  },
});
