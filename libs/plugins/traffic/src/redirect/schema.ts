import { definePluginSchema, Type, type RuleHooks } from '@sluice/schema';

/** What `redirect` can be told. */
export const redirectSchema = definePluginSchema({
  name: 'redirect',
  category: 'traffic',
  priority: 900,
  phases: ['rewrite'],
  title: 'Redirect',
  description: 'Sends the client to another URL, or from HTTP to HTTPS.',
  differences: {
    ret_code: 'A status of more than 599 is none (RFC 9110).',
  },
  config: Type.Object(
    {
      ret_code: Type.Integer({
        default: 302,
        minimum: 200,
        maximum: 599,
        title: 'Status',
        description: 'Status of the redirect. From HTTP to HTTPS it is 301, or 308 where there may be a body.',
      }),
      uri: Type.Optional(
        Type.String({
          minLength: 2,
          pattern: '(\\\\\\$[0-9a-zA-Z_]+)|\\$\\{([0-9a-zA-Z_]+)\\}|\\$([0-9a-zA-Z_]+)|(\\$|[^$\\\\]+)',
          title: 'Target',
          description: 'Path or URL to go to, with `$var` variables.',
        }),
      ),
      regex_uri: Type.Optional(
        Type.Array(Type.String(), {
          minItems: 2,
          maxItems: 2,
          'x-widget': 'list',
          title: 'Target by regular expression',
          description: 'Pattern for the path, and what it becomes (`$1` are captures). Other requests pass.',
        }),
      ),
      http_to_https: Type.Optional(
        Type.Boolean({
          title: 'HTTP to HTTPS',
          description: 'Sends requests that did not come by TLS to the same URL by HTTPS.',
        }),
      ),
      encode_uri: Type.Boolean({
        default: false,
        title: 'Encode the target',
        description: 'Percent-encodes the target, where variables or captures bring spaces and the like.',
      }),
      append_query_string: Type.Boolean({
        default: false,
        title: 'Append the query',
        description: 'Appends the query string of the request to the target.',
      }),
    },
    { oneOf: [{ required: ['uri'] }, { required: ['regex_uri'] }, { required: ['http_to_https'] }] },
  ),
  extraChecks: ({ http_to_https: toHttps, append_query_string: appends, regex_uri: pair }, hooks) => {
    if (toHttps && appends) return 'only one of `http_to_https` and `append_query_string` can be configured.';
    return pair && checkPair(pair, hooks?.checkPattern);
  },
});

function checkPair([pattern = '', target = '']: readonly string[], checkPattern: RuleHooks['checkPattern']) {
  const wrong = checkPattern?.(pattern);
  return wrong === undefined ? undefined : `invalid regex_uri (${pattern}, ${target}), err:${wrong}`;
}
