import { namedSecretPatterns } from '@sluice/schema';
import type { SettingsValues } from '@sluice/settings';
import type { ConfigSource } from '@sluice/sync';
import { apisixEncryption, etcdSource, type ValueDecoder } from '@sluice/sync/etcd';
import { readEtcdOptions } from '@sluice/sync/etcd-settings';
import { pluginSchema } from '../catalogue.ts';
import type { dataPlaneSettings } from '../config/settings.ts';

type Values = SettingsValues<typeof dataPlaneSettings>;

/** The configuration of this data plane's group as it stands in etcd. Importing this file loads the etcd client. */
export function openEtcdSource(settings: Values): ConfigSource {
  const { group, etcd_keyring: keyring } = settings;
  const prefix = settings.etcd_prefix ?? (group === 'default' ? '/apisix' : `/sluice/${group}`);
  return etcdSource({
    etcd: readEtcdOptions(settings),
    prefix,
    ...(keyring.length > 0 && { decode: decoder(keyring) }),
  });
}

function decoder(keyring: readonly string[]): ValueDecoder {
  return apisixEncryption(keyring, namedSecretPatterns(pluginSchema)).decode;
}
