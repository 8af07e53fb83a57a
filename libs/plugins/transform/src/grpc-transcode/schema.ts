import { definePluginSchema, Id, titled, Type } from '@sluice/schema';

const PbOption = {
  type: 'string',
  enum: [
    'enum_as_name',
    'enum_as_value',
    'int64_as_number',
    'int64_as_string',
    'int64_as_hexstring',
    'auto_default_values',
    'no_default_values',
    'use_default_values',
    'use_default_metatable',
    'enable_hooks',
    'disable_hooks',
  ],
} as const;

/** How messages are written as JSON. */
export type PbOptionName = (typeof PbOption.enum)[number];

/** What `grpc-transcode` can be told. */
export const grpcTranscodeSchema = definePluginSchema({
  name: 'grpc-transcode',
  category: 'transform',
  priority: 506,
  phases: ['access', 'header_filter', 'body_filter'],
  title: 'gRPC transcode',
  description: 'Lets clients call a method of a gRPC server by plain HTTP and JSON.',
  references: { proto_id: 'proto' },
  differences: {
    'pb_option[]': {
      meaning:
        'Taken, but `enable_hooks`, `disable_hooks` and `use_default_metatable` change nothing: they are of Lua.',
    },
  },
  config: Type.Object({
    proto_id: titled(Id, 'Proto', 'Id of the proto that describes the service.'),
    service: Type.String({ title: 'Service', description: 'Full name of the service, such as `helloworld.Greeter`.' }),
    method: Type.String({ title: 'Method', description: 'Name of the method, such as `SayHello`.' }),
    deadline: Type.Number({
      default: 0,
      title: 'Deadline',
      description: 'Milliseconds that the server is given to answer; 0 for no limit.',
    }),
    pb_option: Type.Unsafe<readonly PbOptionName[]>({
      type: 'array',
      minItems: 1,
      items: PbOption,
      default: ['enum_as_name', 'int64_as_number', 'auto_default_values', 'disable_hooks'],
      title: 'JSON form',
      description: 'How enums, long integers and fields that were not sent look in JSON.',
    }),
    show_status_in_body: Type.Boolean({
      default: false,
      title: 'Status in the body',
      description: 'Answers an error of the server with its code, message and details as JSON.',
    }),
    status_detail_type: Type.Optional(
      Type.String({
        title: 'Detail type',
        description: 'Full name of the message that the details of an error are, such as `helloworld.ErrorDetail`.',
      }),
    ),
    max_resp_body_size: Type.Integer({
      default: 67_108_864,
      minimum: 1,
      title: 'Longest answer',
      description: 'Bytes of an answer that is translated; a longer one cannot be.',
    }),
  }),
});
