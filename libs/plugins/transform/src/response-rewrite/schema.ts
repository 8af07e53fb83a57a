import { choice, definePluginSchema, Type, type RuleHooks } from '@sluice/schema';
import {
  checkHeaderNames,
  type HeaderMap,
  headerMap,
  headerName,
  headerNameMeaning,
} from '../shared/header-map.schema.ts';

/** What is to happen to the headers of a response, in this order. */
export interface ResponseHeaderChanges {
  /** Lines such as `X-Name: value`. */
  readonly add?: readonly string[];
  readonly set?: HeaderMap;
  readonly remove?: readonly string[];
}

const FLAGS = 'joimsu';

const lines = (pattern: string, title: string, description: string) => ({
  type: 'array',
  minItems: 1,
  items: { type: 'string', pattern },
  title,
  description,
});

const Headers = Type.Unsafe<ResponseHeaderChanges | HeaderMap>({
  anyOf: [
    headerMap('Set', 'Short form: a map of names to values is the same as `set`.'),
    {
      type: 'object',
      title: 'Add, set, remove',
      properties: {
        add: lines('^[^:]+:[^:]*[^/]$', 'Add', 'Lines such as `X-Name: value` that join what is there.'),
        set: headerMap('Set', 'Values that replace what is there.'),
        remove: lines(headerName, 'Remove', 'Names of headers that the client shall not see.'),
      },
    },
  ],
  title: 'Headers',
  description: 'Changes of the headers. Values may use `$var` variables.',
});

const Filter = Type.Object({
  regex: Type.String({ minLength: 1, title: 'Pattern', description: 'Regular expression to look for in the body.' }),
  scope: choice(['once', 'global'], {
    default: 'once',
    title: 'Scope',
    description: 'Whether the first match or every match is replaced.',
  }),
  replace: Type.String({ title: 'Replacement', description: 'What a match becomes; `$1` are captures.' }),
  options: Type.String({
    default: 'jo',
    title: 'Options',
    description: '`i` ignores case, `m` lets `^` and `$` match at lines, `s` lets the dot match line breaks.',
  }),
});

/** What `response-rewrite` can be told. */
export const responseRewriteSchema = definePluginSchema({
  name: 'response-rewrite',
  category: 'transform',
  priority: 899,
  phases: ['header_filter', 'body_filter'],
  title: 'Response rewrite',
  description: 'Changes status, headers and body of a response before the client gets it.',
  differences: { headers: headerNameMeaning },
  config: Type.Object(
    {
      headers: Type.Optional(Headers),
      body: Type.Optional(
        Type.String({ 'x-widget': 'long-text', title: 'Body', description: 'Body in place of the one that came.' }),
      ),
      body_base64: Type.Boolean({
        default: false,
        title: 'Body in Base64',
        description: 'The body is given in Base64, for one that is no text.',
      }),
      status_code: Type.Optional(
        Type.Integer({
          minimum: 200,
          maximum: 598,
          title: 'Status',
          description: 'Status in place of the one that came.',
        }),
      ),
      vars: Type.Optional(
        Type.Array(Type.Unknown(), {
          title: 'Conditions',
          description: 'Expression over variables, `status` among them; other responses stay as they are.',
        }),
      ),
      filters: Type.Optional(
        Type.Array(Filter, {
          minItems: 1,
          title: 'Filters',
          description: 'Replacements in the body, one after the other. Compressed bodies are unpacked for it.',
        }),
      ),
      max_resp_body_size: Type.Integer({
        default: 67_108_864,
        minimum: 1,
        title: 'Longest body',
        description: 'Bytes of a body that filters see; the rest of a longer one is cut off.',
      }),
    },
    { dependencies: { body: { not: { required: ['filters'] } }, filters: { not: { required: ['body'] } } } },
  ),
  extraChecks: ({ body, body_base64: isBase64, filters = [], headers, vars }, hooks) =>
    (isBase64 && !isBase64Text(body) ? 'invalid base64 content' : undefined) ??
    (headers && checkHeaders(headers)) ??
    checkVars(vars, hooks) ??
    checkFilters(filters, hooks),
});

/** The changes that a configuration means, whichever form it has. */
export function headerChanges(headers: ResponseHeaderChanges | HeaderMap): ResponseHeaderChanges {
  const { add, set, remove } = headers as ResponseHeaderChanges;
  const isLong = Array.isArray(add) || Array.isArray(remove) || (typeof set === 'object' && set !== null);
  return isLong ? (headers as ResponseHeaderChanges) : { set: headers as HeaderMap };
}

function isBase64Text(body: string | undefined): boolean {
  return (
    body !== undefined && body !== '' && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(body)
  );
}

function checkHeaders(headers: ResponseHeaderChanges | HeaderMap): string | undefined {
  const { add = [], set = {} } = headerChanges(headers);
  for (const [name, value] of Object.entries(set)) {
    if (name === '') return 'invalid field length in header';
    if (typeof value !== 'string' && typeof value !== 'number') return 'invalid type as header value';
  }
  const added = add.map((line) => line.slice(0, line.indexOf(':')).trim());
  return checkHeaderNames([...added, ...Object.keys(set)]);
}

function checkVars(vars: readonly unknown[] | undefined, hooks: RuleHooks | undefined): string | undefined {
  const wrong = vars && hooks?.checkVars?.(vars);
  return wrong === undefined ? undefined : `failed to validate the 'vars' expression: ${wrong}`;
}

interface FilterText {
  readonly regex: string;
  readonly options: string;
}

function checkFilters(filters: readonly FilterText[], hooks: RuleHooks | undefined): string | undefined {
  for (const { regex, options } of filters) {
    const unknown = [...options].find((flag) => !FLAGS.includes(flag));
    const wrong =
      unknown === undefined ? hooks?.checkPattern?.(regex) : `unknown flag "${unknown}" (flags "${options}")`;
    if (wrong !== undefined) return `regex "${regex}" validation failed: ${wrong}`;
  }
  return undefined;
}
