import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { choice } from '../defs/choice.ts';
import { CreateTime, Description, Id, Labels, UpdateTime } from '../defs/identity.ts';
import { hostPattern } from '../defs/network.ts';
import { sslRule } from './ssl-rules.ts';

const certificate = (title: string, description: string) =>
  Type.String({ minLength: 128, maxLength: 65_536, title, description });
const privateKey = (title: string, description: string) =>
  Type.String({ minLength: 64, maxLength: 65_536, title, description });

const ServerName = Type.String({
  pattern: hostPattern,
  title: 'Server name',
  description: 'Name that clients ask for. A leading `*.` stands for one label.',
});

const ClientVerification = Type.Object(
  {
    ca: certificate('Authorities', 'PEM certificates of the authorities that sign the certificates of clients.'),
    depth: Type.Integer({
      default: 1,
      minimum: 0,
      title: 'Depth',
      description: 'How many certificates may lie between that of a client and the authority.',
    }),
    skip_mtls_uri_regex: Type.Optional(
      Type.Array(Type.String({ title: 'Pattern', description: 'Regular expression, compared with the path.' }), {
        minItems: 1,
        uniqueItems: true,
        'x-widget': 'list',
        title: 'Paths without a certificate',
        description: 'Requests whose path matches any of these patterns need no certificate.',
      }),
    ),
  },
  { title: 'Client certificates', description: 'Which certificates clients must show (mutual TLS).' },
);

const OcspStapling = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      title: 'Enabled',
      description: 'Whether clients that ask for the status of the certificate are shown what its authority says.',
    }),
    skip_verify: Type.Boolean({
      default: false,
      title: 'Skip verification',
      description: 'Shows the answer of the authority whatever it says, its signature and time unchecked.',
    }),
    cache_ttl: Type.Integer({
      default: 3600,
      minimum: 60,
      title: 'Fetched again after',
      description: 'Seconds; sooner where the answer is valid for less than twice as long.',
    }),
  },
  { title: 'OCSP stapling', description: 'The status of the certificate, shown in the handshake.' },
);

const Certificates = {
  cert: Type.Optional(certificate('Certificate', 'PEM certificate, followed by those that lead to its authority.')),
  key: Type.Optional(
    privateKey('Private key', 'PEM private key of the certificate. Stored encrypted and never shown.'),
  ),
  certs: Type.Optional(
    Type.Array(certificate('Certificate', 'PEM certificate with its chain.'), {
      title: 'Further certificates',
      description: 'Certificates of other algorithms for the same names, such as ECDSA beside RSA.',
    }),
  ),
  keys: Type.Optional(
    Type.Array(privateKey('Private key', 'PEM private key.'), {
      title: 'Further private keys',
      description: 'Private keys of the further certificates, in the same order.',
    }),
  ),
};

/** Schema of a certificate with the names that it serves. */
export const SslSchema = Type.Object(
  {
    id: Type.Optional(Id),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    type: choice(['server', 'client'], {
      default: 'server',
      title: 'Use',
      description: '`server` is shown to clients; `client` is shown to upstreams that ask for a certificate.',
    }),
    status: Type.Unsafe<0 | 1>({
      type: 'integer',
      enum: [1, 0],
      default: 1,
      title: 'Status',
      description: '1 is in use; 0 takes the certificate out without deleting it.',
    }),
    sni: Type.Optional(ServerName),
    snis: Type.Optional(
      Type.Array(ServerName, {
        minItems: 1,
        title: 'Server names',
        description: 'Names that clients ask for. A leading `*.` stands for one label.',
      }),
    ),
    ...Certificates,
    client: Type.Optional(ClientVerification),
    ssl_protocols: Type.Optional(
      Type.Array(choice(['TLSv1.1', 'TLSv1.2', 'TLSv1.3'], { title: 'Version', description: 'Version of TLS.' }), {
        maxItems: 3,
        uniqueItems: true,
        title: 'TLS versions',
        description: 'Versions that are spoken for these names; those of the data plane without it.',
      }),
    ),
    ocsp_stapling: Type.Optional(OcspStapling),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  {
    additionalProperties: false,
    if: { properties: { type: { enum: ['server'] } } },
    then: { oneOf: [{ required: ['sni', 'key', 'cert'] }, { required: ['snis', 'key', 'cert'] }] },
    else: { required: ['key', 'cert'] },
    title: 'SSL',
    description: 'A certificate and its private key.',
  },
);

/** A certificate, defaults filled. */
export type Ssl = Static<typeof SslSchema>;

/** A certificate with its private key, and the names that it is for. */
export const sslKind = defineKind({
  name: 'ssl',
  title: 'SSL',
  description: 'A certificate with its private key, and the names that it is for.',
  schema: SslSchema,
  secrets: ['key', 'keys'],
  unshown: ['key', 'keys'],
  extraChecks: sslRule,
});
