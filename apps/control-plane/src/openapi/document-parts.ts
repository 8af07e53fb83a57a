import Type from 'typebox';
import type { Proof } from '../access/access.decorator.ts';
import { SESSION_COOKIE } from '../access/request-credentials.ts';
import type { PlainSchema } from './components.ts';

const issueSchema = Type.Object({
  path: Type.String({ description: 'JSON pointer into what was sent.' }),
  message: Type.String(),
});

/** The body of every error of `/api/v1`. */
export const errorSchema = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: 'Stable, for decisions: `INVALID`, `CONFLICT`.' }),
      message: Type.String({ description: 'For people.' }),
      field: Type.Optional(Type.String({ description: 'JSON pointer of the offending field.' })),
      issues: Type.Optional(Type.Array(issueSchema)),
      request_id: Type.String({ description: 'The log and the audit trail name it too.' }),
    }),
  },
  { $id: 'ErrorAnswer' },
);

/** How a caller may prove who it is. */
export const securitySchemes: PlainSchema = {
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY', description: 'An admin key or an API token.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'The same key or token.' },
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'The session of a browser.' },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'The token that a session came with; every call of a session that changes something carries it.',
  },
};

/** The security requirements of an endpoint: any one of them is enough. */
export function securityOf(via: readonly Proof[], isReading: boolean): PlainSchema[] {
  const session = isReading ? { session: [] } : { session: [], csrf: [] };
  return [
    ...(via.includes('key') ? [{ apiKey: [] }, { bearer: [] }] : []),
    ...(via.includes('session') ? [session] : []),
  ];
}

const pathParameters: Readonly<Record<string, string>> = {
  group: 'Name of the gateway group.',
  plural: 'A kind in the plural, as in the Admin API: `routes`.',
  kind: 'A kind: `route`.',
  id: 'Id of what is addressed.',
  number: 'Number of a revision.',
};

/** Describes a parameter of the path. */
export function pathParameter(name: string): PlainSchema {
  const description = pathParameters[name] ?? `The ${name.replaceAll('_', ' ')}.`;
  const schema = name === 'number' ? { type: 'integer', minimum: 1 } : { type: 'string' };
  return { name, in: 'path', required: true, description, schema };
}

/** The header by which a repeated request is recognised. */
export const idempotencyParameter: PlainSchema = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Any text of the sender. A repetition with the same key is answered with the first answer for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const refusals: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood, or a field of it is wrong.',
  401: 'Nobody is signed in, or the key is not known.',
  403: 'The role does not allow it.',
  404: 'What the path names does not exist.',
  409: 'Somebody else was quicker, or what is asked for contradicts what is there.',
  412: 'The resource is not as the condition expects it.',
  413: 'The body is larger than this endpoint takes.',
  422: 'The Idempotency-Key has been used for another request.',
  428: 'The request needs a confirmation.',
  429: 'Too many attempts. `Retry-After` tells how long to wait.',
  502: 'Another system has answered with an error.',
  503: 'The database, or a data plane that is asked, does not answer.',
};

/** Describes an answer that refuses. */
export function refusalAnswer(status: number): PlainSchema {
  const description = refusals[status] ?? 'The request is refused.';
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorAnswer' } } } };
}
