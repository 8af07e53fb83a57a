import { type RuleHooks, Type } from '@sluice/schema';

const Format = (title: string, description: string) =>
  Type.Optional(
    Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', additionalProperties: true, title, description }),
  );

const Conditions = (title: string) =>
  Type.Optional(
    Type.Unsafe<readonly (readonly unknown[])[]>({
      type: 'array',
      minItems: 1,
      items: { type: 'array' },
      title,
      description: 'Expression over variables; only where it holds, the body is logged.',
    }),
  );

/** The fields of an entry; said in a configuration, or for all of them. */
export const entryFormat = {
  log_format: Format(
    'Format',
    'Fields of an entry; a text that begins with `$` is a variable. Objects may be nested, five deep.',
  ),
  log_format_extra: Format('Further fields', 'Fields that join those of the usual entry.'),
};

/** What an entry holds; the same for all loggers. */
export const entryFields = {
  ...entryFormat,
  include_req_body: Type.Boolean({
    default: false,
    title: 'Request body',
    description: 'Logs the body of the request.',
  }),
  include_req_body_expr: Conditions('Request body, when'),
  include_resp_body: Type.Boolean({
    default: false,
    title: 'Response body',
    description: 'Logs the body of the response.',
  }),
  include_resp_body_expr: Conditions('Response body, when'),
  max_req_body_bytes: Type.Integer({
    default: 524_288,
    minimum: 1,
    title: 'Longest request body',
    description: 'Bytes of a request body that are logged; the rest is left out.',
  }),
  max_resp_body_bytes: Type.Integer({
    default: 524_288,
    minimum: 1,
    title: 'Longest response body',
    description: 'Bytes of a response body that are logged; the rest is left out.',
  }),
};

/** How entries are collected; the same for all loggers that send batches. */
export const batchFields = (name: string) => ({
  name: Type.String({ default: name, title: 'Name', description: 'Name of the collection, in messages.' }),
  batch_max_size: Type.Integer({
    default: 1000,
    minimum: 1,
    title: 'Batch size',
    description: 'Entries that are sent at once; 1 sends each at once and alone.',
  }),
  inactive_timeout: Type.Integer({
    default: 5,
    minimum: 1,
    title: 'Idle time',
    description: 'Seconds without a new entry after which the batch is sent.',
  }),
  buffer_duration: Type.Integer({
    default: 60,
    minimum: 1,
    title: 'Longest wait',
    description: 'Seconds after which the oldest entry of a batch is sent in any case.',
  }),
  max_retry_count: Type.Integer({
    default: 0,
    minimum: 0,
    title: 'Further tries',
    description: 'How often a batch that could not be sent is tried again.',
  }),
  retry_delay: Type.Integer({
    default: 1,
    minimum: 0,
    title: 'Delay of a try',
    description: 'Seconds before a batch is tried again.',
  }),
});

/** What holds for all configurations of a logger. */
export const BatchMetadata = Type.Object({
  ...entryFormat,
  max_pending_entries: Type.Integer({
    default: 8192,
    minimum: 1,
    title: 'Entries that may wait',
    description: 'Entries of one configuration that may wait in a worker; further ones are dropped.',
  }),
});

interface Conditional {
  readonly include_req_body_expr?: readonly unknown[] | undefined;
  readonly include_resp_body_expr?: readonly unknown[] | undefined;
}

/** What is wrong with the expressions; undefined for nothing. */
export function checkConditions(config: Conditional, hooks: RuleHooks | undefined): string | undefined {
  for (const name of ['include_req_body_expr', 'include_resp_body_expr'] as const) {
    const rules = config[name];
    const wrong = rules && hooks?.checkVars?.(rules);
    if (wrong !== undefined) return `failed to validate the '${name}' expression: ${wrong}`;
  }
  return undefined;
}
