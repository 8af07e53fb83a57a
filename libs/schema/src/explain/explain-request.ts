import Type, { type Static } from 'typebox';

const HeaderLines = Type.Union([Type.String({ maxLength: 8192 }), Type.Array(Type.String({ maxLength: 8192 }))]);

/** A request to be explained: described, and sent only where that is asked for. */
export const ExplainRequestSchema = Type.Object(
  {
    method: Type.String({
      default: 'GET',
      pattern: '^[A-Z]{1,20}$',
      title: 'Method',
      description: 'Method of the request.',
    }),
    url: Type.String({
      minLength: 1,
      maxLength: 16_384,
      pattern: '^(/|https?://[^/?#@]+)[\\x21-\\x7e]*$',
      title: 'URL',
      description: 'Path and query, or a whole URL; then its scheme and host count.',
    }),
    headers: Type.Record(Type.String({ maxLength: 256 }), HeaderLines, {
      default: {},
      title: 'Headers',
      description: 'Header fields by name. `host` chooses among hosts where the URL names none.',
    }),
    body: Type.Optional(Type.String({ maxLength: 1_048_576, title: 'Body', description: 'Body of the request.' })),
    client_ip: Type.String({
      default: '127.0.0.1',
      pattern: '^[0-9a-fA-F.:]{2,45}$',
      title: 'Client address',
      description: 'Address that the request seems to come from.',
    }),
    send: Type.Boolean({
      default: false,
      title: 'Send it',
      description:
        'Really send the request to the upstream. Otherwise everything up to there is done, and nothing counted.',
    }),
  },
  { additionalProperties: false, title: 'Request to explain', description: 'A request, as a client would send it.' },
);

/** A request to be explained, defaults filled. */
export type ExplainRequest = Static<typeof ExplainRequestSchema>;
