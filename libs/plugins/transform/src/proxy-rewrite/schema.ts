import { choice, definePluginSchema, Type, type RuleHooks } from '@sluice/schema';
import { checkHeaderNames, headerLine, headerMap, headerName } from '../shared/header-map.schema.ts';

/** One header line as it is configured. */
export type HeaderLine = string | number;

/** Header names (any but one with a colon) and what each is to be. */
export type HeaderLines = Readonly<Record<string, HeaderLine | readonly HeaderLine[]>>;

/** What is to happen to the request's headers, in this order. */
export interface HeaderChanges {
  readonly add?: HeaderLines;
  readonly set?: HeaderLines;
  readonly remove?: readonly string[];
}

const lines = { oneOf: [...headerLine.oneOf, { type: 'array', minItems: 1, items: headerLine }] };

const Headers = Type.Unsafe<HeaderChanges | Readonly<Record<string, HeaderLine>>>({
  oneOf: [
    {
      type: 'object',
      minProperties: 1,
      additionalProperties: false,
      title: 'Add, set, remove',
      properties: {
        add: headerMap('Add', 'Lines that join what the client sent under the same name.', lines),
        set: headerMap('Set', 'Lines that replace what the client sent under the same name.', lines),
        remove: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: headerName },
          title: 'Remove',
          description: 'Names of headers that the upstream shall not see.',
        },
      },
    },
    headerMap('Set', 'Short form: a map of names to values is the same as `set`.'),
  ],
  title: 'Headers',
  description: 'Changes of the request headers. Values may use `$var` variables and `$1` captures of `regex_uri`.',
});

const methods = 'POST PUT DELETE PATCH HEAD OPTIONS TRACE UNLOCK LOCK MKCOL COPY MOVE PROPFIND GET'.split(' ');

/** What `proxy-rewrite` can be told. */
export const proxyRewriteSchema = definePluginSchema({
  name: 'proxy-rewrite',
  category: 'transform',
  priority: 1008,
  phases: ['rewrite'],
  title: 'Proxy rewrite',
  description: 'Changes path, method, host and headers of a request before it goes to the upstream.',
  config: Type.Object(
    {
      uri: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 4096,
          pattern: '^\\/.*',
          title: 'Path',
          description: 'New path, with `$var` variables. Wins over the regular expressions.',
        }),
      ),
      method: Type.Optional(choice(methods, { title: 'Method', description: 'New request method.' })),
      regex_uri: Type.Optional(
        Type.Array(Type.String(), {
          minItems: 2,
          'x-widget': 'list',
          title: 'Path by regular expression',
          description:
            'Pairs of pattern and replacement (`$1` to `$9` are captures); the first that matches is applied.',
        }),
      ),
      host: Type.Optional(
        Type.String({
          pattern: '^[0-9a-zA-Z-.]+(:\\d{1,5})?$',
          title: 'Host',
          description: 'New `Host` header for the upstream.',
        }),
      ),
      headers: Type.Optional(Headers),
      use_real_request_uri_unsafe: Type.Boolean({
        default: false,
        title: 'Keep the path as it was sent',
        description:
          'Starts from the raw path and query of the client, neither normalised nor encoded again. Can be abused.',
      }),
    },
    { minProperties: 1 },
  ),
  extraChecks: ({ regex_uri: pairs, headers }, hooks) =>
    (pairs && checkPairs(pairs, hooks?.checkPattern)) ?? (headers && checkHeaders(headers)),
});

function checkPairs(pairs: readonly string[], checkPattern: RuleHooks['checkPattern']): string | undefined {
  if (pairs.length % 2 !== 0) return 'The length of regex_uri should be an even number';
  for (let i = 0; i < pairs.length; i += 2) {
    const [pattern = '', replacement = ''] = pairs.slice(i, i + 2);
    const problem = checkPattern?.(pattern);
    if (problem !== undefined) return `invalid regex_uri(${pattern}, ${replacement}): ${problem}`;
  }
  return undefined;
}

function checkHeaders(headers: HeaderChanges | Readonly<Record<string, HeaderLine>>): string | undefined {
  const { add = {}, set = {}, remove = [] } = headerChanges(headers);
  for (const [header, value] of [...Object.entries(add), ...Object.entries(set)]) {
    const problem = lineProblem(value) ?? checkHeaderNames([header]) ?? valueProblem(value);
    if (problem !== undefined) return problem;
  }
  return checkHeaderNames(remove);
}

/** The schema looks only at names without a colon. */
function lineProblem(value: unknown): string | undefined {
  const isLine = [value].flat().every((line) => typeof line === 'string' || typeof line === 'number');
  return isLine ? undefined : 'invalid type as header value';
}

function valueProblem(value: HeaderLine | readonly HeaderLine[]): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
  const isUnsafe = [value].flat().some((line) => /[\x00-\x08\x0a-\x1f\x7f]/.test(String(line)));
  return isUnsafe ? 'invalid value character in header' : undefined;
}

/** The changes that either form of `headers` means. */
export function headerChanges(headers: HeaderChanges | Readonly<Record<string, HeaderLine>>): HeaderChanges {
  return isChanges(headers) ? headers : { set: headers };
}

function isChanges(headers: HeaderChanges | Readonly<Record<string, HeaderLine>>): headers is HeaderChanges {
  return Object.entries(headers).every(
    ([key, value]) => (key === 'add' || key === 'set' || key === 'remove') && typeof value === 'object',
  );
}
