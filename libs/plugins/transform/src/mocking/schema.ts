import { definePluginSchema, Type } from '@sluice/schema';
import { checkHeaderNames, type HeaderMap, headerMap, headerNameMeaning } from '../shared/header-map.schema.ts';

const KNOWN_TYPES = ['application/xml', 'application/json', 'text/plain', 'text/html', 'text/xml'];

/** What `mocking` can be told. */
export const mockingSchema = definePluginSchema({
  name: 'mocking',
  category: 'transform',
  priority: 10_900,
  phases: ['access'],
  title: 'Mocking',
  description: 'Answers with an example instead of asking the upstream.',
  differences: {
    delay: 'Nobody can answer before the request came.',
    response_headers: headerNameMeaning,
    response_status: 'An answer of less than 200 would never end a request, and more than 599 is no status (RFC 9110).',
  },
  config: Type.Object(
    {
      delay: Type.Integer({
        default: 0,
        minimum: 0,
        title: 'Delay',
        description: 'Seconds that a client waits for the answer.',
      }),
      response_status: Type.Integer({
        default: 200,
        minimum: 200,
        maximum: 599,
        title: 'Status',
        description: 'Status of the answer.',
      }),
      content_type: Type.String({
        default: 'application/json;charset=utf8',
        title: 'Media type',
        description: 'Media type of the answer: JSON, XML, HTML or plain text.',
      }),
      response_example: Type.Optional(
        Type.String({
          'x-widget': 'long-text',
          title: 'Example',
          description: 'Body of the answer, with `$var` variables.',
        }),
      ),
      response_schema: Type.Optional(
        Type.Unsafe<Readonly<Record<string, unknown>>>({
          type: 'object',
          title: 'JSON Schema',
          description: 'Schema of the body; one that fits it is made up, of its examples where it has some.',
        }),
      ),
      with_mock_header: Type.Boolean({
        default: true,
        title: 'Say that it is a mock',
        description: 'Adds the header `x-mock-by`.',
      }),
      response_headers: Type.Optional(
        Type.Unsafe<HeaderMap>(headerMap('Headers', 'Headers of the answer, with `$var` variables.')),
      ),
    },
    { anyOf: [{ required: ['response_example'] }, { required: ['response_schema'] }] },
  ),
  extraChecks: ({ content_type: type, response_headers: headers = {} }) =>
    KNOWN_TYPES.includes(mediaType(type)) ? checkHeaderNames(Object.keys(headers)) : 'unsupported content type!',
});

/** A media type without its parameters, in lower case. */
export function mediaType(text: string): string {
  const [type = ''] = text.split(';');
  return type.trim().toLowerCase();
}
