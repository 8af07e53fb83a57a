import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { CreateTime, idPattern, UpdateTime } from '../defs/identity.ts';
import { isJsonObject } from '../json/json-value.ts';

/** The stores that this build reads secrets from. */
export const secretManagers = ['vault'] as const;

const managedId = new RegExp(`^([^/]+)/(${idPattern.slice(1, -1)})$`);

/** Schema of a secret store. */
export const SecretSchema = Type.Object(
  {
    id: Type.String({
      title: 'Id',
      description: 'The manager, a slash, and a name of your own: `vault/1`.',
      maxLength: 64,
    }),
    uri: Type.String({
      pattern: '^[^\\/]+:\\/\\/([\\da-zA-Z.-]+|\\[[\\da-fA-F:]+\\])(:\\d+)?',
      title: 'Address',
      description: 'Scheme, host and port of the Vault: `https://vault.example.com:8200`.',
    }),
    prefix: Type.String({
      title: 'Path prefix',
      description: 'Mount and path below which the secrets are: `kv/apisix`, or `kv/data/apisix` for version 2.',
    }),
    token: Type.String({
      title: 'Token',
      description: 'Sent as `X-Vault-Token`. May refer to a variable of the data plane: `$env://VAULT_TOKEN`.',
    }),
    namespace: Type.Optional(Type.String({ title: 'Namespace', description: 'Sent as `X-Vault-Namespace`.' })),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  { title: 'Secret store', description: 'Where secrets are kept that the configuration refers to.' },
);

/** A secret store, defaults filled. */
export type SecretManagerConfig = Static<typeof SecretSchema>;

/** Where secrets are kept that the configuration refers to by `$secret://<manager>/<id>/<name>/<key>`. */
export const secretKind = defineKind({
  name: 'secret',
  title: 'Secret store',
  description: 'A store of secrets outside of the configuration, referred to by `$secret://`.',
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  idSegments: 2,
  schema: SecretSchema,
  secrets: ['token'],
  preChecks: checkManager,
});

function checkManager(value: unknown): string | undefined {
  const id = isJsonObject(value) ? value['id'] : undefined;
  const [, manager] = typeof id === 'string' ? (managedId.exec(id) ?? []) : [];
  if (manager === undefined) return 'invalid configuration: property "id" validation failed: must be <manager>/<name>';
  if ((secretManagers as readonly string[]).includes(manager)) return undefined;
  return `invalid secret manager: ${manager}`;
}
