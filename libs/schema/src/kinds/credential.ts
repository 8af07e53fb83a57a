import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { titled } from '../defs/choice.ts';
import { CreateTime, Description, idPattern, Labels, Name, Plugins, UpdateTime } from '../defs/identity.ts';

const usernameBound = '[a-zA-Z0-9-_]+';

/** Schema of a credential. */
export const CredentialSchema = Type.Object(
  {
    id: Type.Optional(
      Type.Unsafe<string | number>({
        anyOf: [
          { type: 'string', minLength: 1, maxLength: 64, pattern: idPattern },
          { type: 'integer', minimum: 1 },
          {
            type: 'string',
            minLength: 15,
            maxLength: 128,
            pattern: `^${usernameBound}/credentials/${idPattern.slice(1)}`,
          },
        ],
        title: 'Id',
        description: 'Identifies the credential among those of its consumer.',
      }),
    ),
    name: Type.Optional(Name),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    plugins: Type.Optional(
      Type.Unsafe<Record<string, Record<string, unknown>>>({
        ...titled(Plugins, 'Plugin', 'The authentication plugin that takes the credential, with what it asks for.'),
        maxProperties: 1,
      }),
    ),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  { additionalProperties: false, title: 'Credential', description: 'One way in which a consumer proves who it is.' },
);

/** A credential, defaults filled. */
export type Credential = Static<typeof CredentialSchema>;

/** One of the ways in which a consumer proves who it is; its id is `<username>/<own id>`. */
export const credentialKind = defineKind({
  name: 'credential',
  title: 'Credential',
  description: 'One of several ways in which a consumer proves who it is, such as a key for each of its devices.',
  parent: { kind: 'consumer', missing: 'consumer not found' },
  methods: ['GET', 'PUT', 'DELETE'],
  schema: CredentialSchema,
  pluginDoor: 'consumer',
  pluginType: 'auth',
});
