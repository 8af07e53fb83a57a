import { definePluginSchema, Type, type RuleHooks } from '@sluice/schema';
import { checkHeaderNames, type HeaderMap, headerMap, headerNameMeaning } from '../shared/header-map.schema.ts';

const CONDITIONS_MAX = 20;

const When = {
  percentage: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      title: 'Percentage',
      description: 'Of 100 requests, how many are hit, by chance; all of them unless given.',
    }),
  ),
  vars: Type.Optional(
    Type.Array(Type.Array(Type.Unknown()), {
      maxItems: CONDITIONS_MAX,
      title: 'Conditions',
      description: 'Expressions over variables; requests for which one of them holds are hit.',
    }),
  ),
};

/** What `fault-injection` can be told. */
export const faultInjectionSchema = definePluginSchema({
  name: 'fault-injection',
  category: 'transform',
  priority: 11_000,
  phases: ['rewrite'],
  title: 'Fault injection',
  description: 'Delays requests or answers them with an error, to see how clients bear it.',
  differences: {
    'abort.http_status': 'A status of more than 599 is none (RFC 9110).',
    'abort.headers': headerNameMeaning,
  },
  config: Type.Object(
    {
      abort: Type.Optional(
        Type.Object(
          {
            http_status: Type.Integer({
              minimum: 200,
              maximum: 599,
              title: 'Status',
              description: 'Status of the answer.',
            }),
            body: Type.Optional(
              Type.String({
                'x-widget': 'long-text',
                title: 'Body',
                description: 'Body of the answer, with `$var` variables.',
              }),
            ),
            headers: Type.Optional(
              Type.Unsafe<HeaderMap>(headerMap('Headers', 'Headers of the answer, with `$var` variables.')),
            ),
            ...When,
          },
          { title: 'Abort', description: 'Answers without asking the upstream.' },
        ),
      ),
      delay: Type.Optional(
        Type.Object(
          {
            duration: Type.Number({
              minimum: 0,
              title: 'Duration',
              description: 'Seconds that a request waits before it goes on, or is answered by `abort`.',
            }),
            ...When,
          },
          { title: 'Delay', description: 'Lets requests wait.' },
        ),
      ),
    },
    { minProperties: 1 },
  ),
  extraChecks: ({ abort, delay }, hooks) =>
    checkHeaderNames(Object.keys(abort?.headers ?? {})) ??
    checkConditions(abort?.vars, hooks) ??
    checkConditions(delay?.vars, hooks),
});

function checkConditions(conditions: readonly unknown[] = [], hooks: RuleHooks | undefined): string | undefined {
  for (const condition of conditions) {
    const wrong = hooks?.checkVars?.(condition);
    if (wrong !== undefined) return `failed to validate the 'vars' expression: ${wrong}`;
  }
  return undefined;
}
