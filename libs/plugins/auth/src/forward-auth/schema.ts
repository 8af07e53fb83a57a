import { choice, definePluginSchema, Type } from '@sluice/schema';
import { checkHeaderNames } from '../shared/header-names.schema.ts';
import { checkAddress, serviceFields } from '../shared/service-fields.schema.ts';

const headers = (title: string, description: string) => Type.Array(Type.String(), { default: [], title, description });

/** What `forward-auth` can be told. */
export const forwardAuthSchema = definePluginSchema({
  name: 'forward-auth',
  category: 'auth',
  priority: 2002,
  phases: ['access'],
  title: 'Forward authentication',
  description: 'Asks a service of yours about each request, and lets pass what it answers with a status below 300.',
  config: Type.Object({
    uri: Type.String({
      title: 'Service',
      description: 'Address of the service that decides, such as `http://auth.internal/check`.',
    }),
    request_method: choice(['GET', 'POST'], {
      default: 'GET',
      title: 'Method',
      description: 'How the service is asked. With `POST` it gets the body of the request too.',
    }),
    request_headers: headers('Headers to the service', 'Headers of the client that the service gets.'),
    extra_headers: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: 'object',
        minProperties: 1,
        patternProperties: { '^[^:]+$': { type: 'string' } },
        title: 'Further headers to the service',
        description: 'By name. Values may have variables of the request, such as `$route_id` or `$post_arg.tenant`.',
      }),
    ),
    upstream_headers: headers(
      'Headers to the upstream',
      'Headers of the service’s answer that the upstream gets. What the client sends under these names is dropped.',
    ),
    client_headers: headers('Headers to the client', 'Headers of a refusal by the service that the client gets.'),
    max_req_body_size: Type.Integer({
      default: 67_108_864,
      minimum: 1,
      title: 'Longest body',
      description:
        'Bytes of the longest body that the service gets, be it a field of it; a longer one is refused with 413.',
    }),
    allow_degradation: Type.Boolean({
      default: false,
      title: 'Pass without an answer',
      description: 'Lets requests pass while the service gives no answer.',
    }),
    status_on_error: Type.Integer({
      default: 403,
      minimum: 200,
      maximum: 599,
      title: 'Status without an answer',
      description: 'Status of the refusal while the service gives no answer.',
    }),
    ...serviceFields,
  }),
  extraChecks: (config) =>
    checkAddress('uri', config.uri) ??
    checkHeaderNames('request_headers', config.request_headers) ??
    checkHeaderNames('upstream_headers', config.upstream_headers) ??
    checkHeaderNames('client_headers', config.client_headers) ??
    checkHeaderNames('extra_headers', Object.keys(config.extra_headers ?? {})),
});
