import { definePluginSchema, Type } from '@sluice/schema';

/** What `grpc-web` can be told. */
export const grpcWebSchema = definePluginSchema({
  name: 'grpc-web',
  category: 'transform',
  priority: 505,
  phases: ['access', 'header_filter', 'body_filter'],
  title: 'gRPC-Web',
  description: 'Lets browsers call a gRPC server, whose protocol they cannot speak themselves.',
  config: Type.Object({
    cors_allow_headers: Type.String({
      default: 'content-type,x-grpc-web,x-user-agent',
      title: 'Allowed headers',
      description: 'Names of headers that pages of other origins may send, divided by commas.',
    }),
    max_req_body_size: Type.Integer({
      default: 67_108_864,
      minimum: 1,
      title: 'Longest request',
      description: 'Bytes of a request; a longer one is refused.',
    }),
  }),
});
