import { Type } from '@sluice/schema';

/** The fields that `gzip` and `brotli` have in common. */
export const compressionFields = {
  types: Type.Unsafe<readonly string[] | '*'>({
    anyOf: [
      { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 }, title: 'Media types' },
      { enum: ['*'], title: 'All' },
    ],
    default: ['text/html'],
    title: 'Media types',
    description: 'Media types that are compressed, or `*` for all of them.',
  }),
  min_length: Type.Integer({
    default: 20,
    minimum: 1,
    title: 'Smallest body',
    description: 'Bytes from which on a body is compressed, where its length is known beforehand.',
  }),
  http_version: Type.Unsafe<1 | 1.1>({
    enum: [1.1, 1],
    default: 1.1,
    title: 'HTTP version',
    description: 'The lowest version of HTTP that a client must speak.',
  }),
  vary: Type.Optional(
    Type.Boolean({
      title: 'Vary',
      description: 'Tells caches by `Vary: Accept-Encoding` that the answer depends on what a client accepts.',
    }),
  ),
};
