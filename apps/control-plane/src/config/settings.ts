import { choice } from '@sluice/schema';
import { cacheSettings, defineSettings, loadSettings, type SettingsValues } from '@sluice/settings';
import { etcdSettings } from '@sluice/sync/etcd-settings';
import Type from 'typebox';
import { accessSettings } from '../access/access-settings.ts';
import { adminSettings } from './admin-settings.ts';

const port = (title: string, usual: number) =>
  Type.Integer({ title, description: `${title}. 0 takes any free port.`, minimum: 0, maximum: 65535, default: usual });
const path = (title: string, description: string) => Type.Optional(Type.String({ title, description, minLength: 1 }));

/** Everything that can be set about a control plane. Nothing else in this app reads the environment. */
export const controlPlaneSettings = defineSettings({
  data_dir: {
    env: 'SLUICE_DATA_DIR',
    schema: Type.String({
      title: 'Data directory',
      description: 'Where this process keeps files of its own: the generated key ring and the first credentials.',
      minLength: 1,
      default: '.sluice',
    }),
  },
  archive_dir: {
    env: 'SLUICE_ARCHIVE_DIR',
    schema: path(
      'Archive directory',
      'Where archived history is written; with several control planes, one that all of them see. Default: `archive` in the data directory.',
    ),
  },
  host: {
    env: 'SLUICE_HOST',
    schema: Type.String({
      title: 'Address',
      description: 'The address to listen on, for the APIs and for data planes.',
      minLength: 1,
      default: '127.0.0.1',
    }),
  },
  admin_port: { env: 'SLUICE_ADMIN_PORT', schema: port('Port of the APIs and the dashboard', 9180) },
  admin_key: {
    env: 'SLUICE_ADMIN_KEY',
    isSecret: true,
    schema: Type.Optional(
      Type.String({
        title: 'Admin key',
        description: 'A key that is always accepted, in addition to the stored ones. It is never stored.',
        minLength: 16,
      }),
    ),
  },
  admin_tls_cert: {
    env: 'SLUICE_ADMIN_TLS_CERT',
    schema: path('Certificate', 'PEM file of the certificate chain for the APIs; with it they are served over TLS.'),
  },
  admin_tls_key: {
    env: 'SLUICE_ADMIN_TLS_KEY',
    schema: path('Private key', 'PEM file of the private key of that certificate.'),
  },
  admin_tls_ca: {
    env: 'SLUICE_ADMIN_TLS_CA',
    schema: path('Client authority', 'PEM file of the authority whose client certificates are required.'),
  },
  grpc_port: { env: 'SLUICE_GRPC_PORT', schema: port('Port for data planes', 9190) },
  grpc_tls: {
    env: 'SLUICE_GRPC_TLS',
    schema: Type.Optional(
      choice(['auto'], {
        title: 'TLS for data planes',
        description:
          'auto: without a certificate of your own, one is made and shared by all control planes of the database; data ' +
          'planes know it by the join token.',
      }),
    ),
  },
  grpc_host: {
    env: 'SLUICE_GRPC_HOST',
    schema: path('Address for data planes', 'The address to listen on for data planes. Default: the one of the APIs.'),
  },
  grpc_tls_cert: {
    env: 'SLUICE_GRPC_TLS_CERT',
    schema: path('Certificate for data planes', 'PEM file of the certificate chain that data planes see.'),
  },
  grpc_tls_key: {
    env: 'SLUICE_GRPC_TLS_KEY',
    schema: path('Private key for data planes', 'PEM file of the private key of that certificate.'),
  },
  grpc_tls_ca: {
    env: 'SLUICE_GRPC_TLS_CA',
    schema: path('Authority of data planes', 'PEM file of the authority that signs certificates of data planes.'),
  },
  keyring: {
    env: 'SLUICE_KEYRING',
    isSecret: true,
    schema: Type.Optional(
      Type.String({
        title: 'Key ring',
        description:
          'Keys that seal secrets in the database, as `id:key,id:key`, each key 32 bytes in base64. The first one seals, ' +
          'all open. Without it one is generated in the data directory.',
        minLength: 1,
      }),
    ),
  },
  database_url: {
    env: 'SLUICE_DATABASE_URL',
    isSecret: true,
    schema: Type.Optional(
      Type.String({
        title: 'Database',
        description: 'PostgreSQL 15 to 18, as `postgres://user:password@host:port/database`.',
        pattern: '^postgres(ql)?://',
      }),
    ),
  },
  database_pool: {
    env: 'SLUICE_DATABASE_POOL',
    schema: Type.Integer({
      title: 'Database connections',
      description: 'The most connections that this process keeps open; work beyond them waits.',
      minimum: 2,
      maximum: 200,
      default: 10,
    }),
  },
  instance_retention_days: {
    env: 'SLUICE_INSTANCE_RETENTION_DAYS',
    schema: Type.Number({
      title: 'Memory of data planes',
      description: 'Days after which a data plane that nobody hears of any more is forgotten, with its history.',
      minimum: 0.01,
      maximum: 3650,
      default: 7,
    }),
  },
  ...accessSettings,
  ...adminSettings,
  ...cacheSettings,
  ...etcdSettings,
  etcd_prefix: {
    env: 'SLUICE_ETCD_PREFIX',
    schema: Type.Optional(
      Type.String({
        title: 'etcd prefix',
        description: 'What the keys of the default gateway group begin with. Default: as it was, `/apisix` at first.',
        pattern: '^/.*[^/]$',
      }),
    ),
  },
  log_level: {
    env: 'SLUICE_LOG_LEVEL',
    schema: choice(['debug', 'info', 'warn', 'error', 'silent'], {
      title: 'Log level',
      description: 'What is logged, as JSON lines on standard output.',
      default: 'info',
    }),
  },
  dashboard_dir: {
    env: 'SLUICE_DASHBOARD_DIR',
    schema: path(
      'Dashboard files',
      'The built dashboard. Default: what was built beside the control plane. Without such a directory the APIs are served alone.',
    ),
  },
});

/** The settings of a running control plane, frozen. */
export type Settings = SettingsValues<typeof controlPlaneSettings>;

/** Injection token of the settings. */
export const SETTINGS = Symbol('settings of the control plane');

/** The settings that an environment and the file it names give. Throws an error that lists every problem by name. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  return loadSettings(controlPlaneSettings, { env });
}
