import { readFileSync } from 'node:fs';
import { defineSettings, SettingsError, type SettingsValues } from '@sluice/settings';
import Type from 'typebox';
import type { EtcdOptions, EtcdTlsOptions } from './etcd-options.ts';

const optionalText = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description, minLength: 1 }));

/** How to reach etcd: the same in every process that does. This file loads no etcd client, so that asking costs nothing. */
export const etcdSettings = defineSettings({
  etcd_endpoints: {
    env: 'SLUICE_ETCD_ENDPOINTS',
    schema: Type.Array(Type.String(), {
      title: 'etcd endpoints',
      description: 'Servers of one etcd cluster, as `http://host:port` or `https://host:port`, tried in turn.',
      default: [],
    }),
  },
  etcd_user: { env: 'SLUICE_ETCD_USER', schema: optionalText('etcd user', 'Who signs in, where etcd asks for it.') },
  etcd_password: {
    env: 'SLUICE_ETCD_PASSWORD',
    isSecret: true,
    schema: optionalText('etcd password', 'The password of that user.'),
  },
  etcd_tls_ca: {
    env: 'SLUICE_ETCD_TLS_CA',
    schema: optionalText(
      'etcd authority',
      'PEM file of the authority that signed the certificates of etcd. Default: those of the system.',
    ),
  },
  etcd_tls_cert: {
    env: 'SLUICE_ETCD_TLS_CERT',
    schema: optionalText('etcd client certificate', 'PEM file of the certificate that etcd is shown.'),
  },
  etcd_tls_key: {
    env: 'SLUICE_ETCD_TLS_KEY',
    schema: optionalText('etcd client key', 'PEM file of the private key of that certificate.'),
  },
  etcd_keyring: {
    env: 'SLUICE_ETCD_KEYRING',
    isSecret: true,
    schema: Type.Array(Type.String({ minLength: 16, maxLength: 16 }), {
      title: 'etcd key ring',
      description:
        'Keys of 16 characters as in the `keyring` of APISIX; the first encrypts secret fields in etcd, all of them ' +
        'decrypt. Default: secret fields stand there in plain.',
      default: [],
    }),
  },
});

/** Turns settings into what an etcd client takes. A file that cannot be read is an error that names the setting. */
export function readEtcdOptions(values: SettingsValues<typeof etcdSettings>): EtcdOptions {
  const { etcd_user: user, etcd_password: password } = values;
  const problems: string[] = [];
  const read = (variable: string, path: string | undefined): string | undefined => {
    try {
      return path === undefined ? undefined : readFileSync(path, 'utf8');
    } catch (error) {
      problems.push(`${variable}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
      return undefined;
    }
  };
  const ca = read('SLUICE_ETCD_TLS_CA', values.etcd_tls_ca);
  const cert = read('SLUICE_ETCD_TLS_CERT', values.etcd_tls_cert);
  const key = read('SLUICE_ETCD_TLS_KEY', values.etcd_tls_key);
  if ((user === undefined) !== (password === undefined))
    problems.push('SLUICE_ETCD_USER, SLUICE_ETCD_PASSWORD: one is of no use without the other.');
  if (problems.length > 0) throw new SettingsError(problems);
  const tls: EtcdTlsOptions = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return {
    endpoints: values.etcd_endpoints,
    tls,
    ...(user !== undefined && password !== undefined && { user, password }),
  };
}
