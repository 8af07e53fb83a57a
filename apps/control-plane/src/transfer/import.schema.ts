import { choice } from '@sluice/schema';
import Type, { type Static } from 'typebox';
import { writeFields } from './declarative.schema.ts';

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
const pem = (description: string) => text(`${description}, PEM.`);

/** Where a configuration is imported from. Which fields are needed, its type says. */
export const importSourceSchema = Type.Object(
  {
    type: choice(['document', 'apisix', 'etcd', 'openapi', 'kong'], {
      description:
        '`document`: an export, or a standalone file. `apisix`: an Admin API. `etcd`: what an APISIX has stored. ' +
        '`openapi`: a description of an API. `kong`: a declarative configuration.',
    }),
    text: text('The document, the OpenAPI document or the configuration of Kong, in YAML or JSON.'),
    url: text('Address of the Admin API, such as http://127.0.0.1:9180/apisix/admin.'),
    key: text('Admin key of that APISIX; for etcd the private key of the client certificate, PEM.'),
    endpoints: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, maxItems: 16, description: 'Servers of an etcd.' }),
    ),
    prefix: text('Prefix in etcd (`/apisix` without it); for OpenAPI the path in front of all routes.'),
    user: text('Who signs in to etcd.'),
    password: text('The password of that user.'),
    ca: pem('Authority that signed the certificate of etcd'),
    cert: pem('Certificate that etcd is shown'),
    keyring: Type.Optional(
      Type.Array(Type.String({ minLength: 16, maxLength: 16 }), {
        description: 'Keys that encrypted the secrets in etcd.',
      }),
    ),
    server: text('Address of the upstream, instead of the servers that the OpenAPI document names.'),
    upstream_id: text('An upstream that the routes of the OpenAPI document use.'),
    service_id: text('A service that the routes of the OpenAPI document use.'),
    hosts: Type.Optional(Type.Array(Type.String(), { maxItems: 100, description: 'Hosts of all routes.' })),
    validate_requests: Type.Optional(
      Type.Boolean({ description: 'Check requests against the schemas of the OpenAPI document.' }),
    ),
  },
  { additionalProperties: false },
);

/** Where a configuration is imported from. */
export type ImportSource = Static<typeof importSourceSchema>;

/** A configuration from elsewhere. */
export const importSchema = Type.Object(
  {
    source: importSourceSchema,
    skip_invalid: Type.Optional(
      Type.Boolean({ description: 'Leave out, and name in the report, what this installation cannot take.' }),
    ),
    dry_run: Type.Optional(Type.Boolean({ description: 'Say what would happen, and change nothing.' })),
    ...writeFields,
  },
  { additionalProperties: false },
);

/** A configuration from elsewhere. */
export type ImportBody = Static<typeof importSchema>;
