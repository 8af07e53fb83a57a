import Type, { type Static } from 'typebox';
import { defineKind, type RuleHooks } from '../define/kind.ts';
import { CreateTime, Description, Id, Labels, Name, UpdateTime } from '../defs/identity.ts';
import { isJsonObject } from '../json/json-value.ts';

/** Schema of a proto. */
export const ProtoSchema = Type.Object(
  {
    id: Type.Optional(Id),
    name: Type.Optional(Name),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    content: Type.String({
      minLength: 1,
      maxLength: 1_048_576,
      'x-widget': 'long-text',
      title: 'Content',
      description: 'Text of a `.proto` file, or a `FileDescriptorSet` in base64 where several files belong together.',
    }),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  { additionalProperties: false, title: 'Proto', description: 'Services and messages of a gRPC server.' },
);

/** A proto, defaults filled. */
export type Proto = Static<typeof ProtoSchema>;

/** What the services and messages of a gRPC server look like. */
export const protoKind = defineKind({
  name: 'proto',
  title: 'Proto',
  description: 'Services and messages of a gRPC server, for plugins that translate to gRPC.',
  methods: ['GET', 'PUT', 'POST', 'DELETE'],
  schema: ProtoSchema,
  extraChecks: contentRule,
});

function contentRule(value: unknown, { checkProto }: RuleHooks = {}): string | undefined {
  const content = isJsonObject(value) ? value['content'] : undefined;
  const problem = typeof content === 'string' ? checkProto?.(content) : undefined;
  return problem === undefined ? undefined : `invalid content: ${problem}`;
}
