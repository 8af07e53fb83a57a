import type { JsonObject } from '@sluice/schema';
import { compact, type Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import { idOf, type PluginsByOwner, referenceOf } from './kong-owners.ts';
import { convertPlugins } from './kong-plugins.ts';
import { bookkeeping, labelsOf } from './kong-tags.ts';

type CredentialConversion = (credential: Fields) => { readonly plugin: string; readonly config: JsonObject };

const credentials: Readonly<Record<string, CredentialConversion>> = {
  keyauth_credentials: (credential) => {
    credential.expect('ttl');
    return { plugin: 'key-auth', config: compact({ key: credential.text('key') }) };
  },
  basicauth_credentials: (credential) => ({
    plugin: 'basic-auth',
    config: compact({ username: credential.text('username'), password: credential.text('password') }),
  }),
  jwt_secrets: (credential) => ({
    plugin: 'jwt-auth',
    config: compact({
      key: credential.text('key'),
      secret: credential.text('secret'),
      algorithm: credential.text('algorithm'),
      public_key: credential.text('rsa_public_key'),
    }),
  }),
  hmacauth_credentials: (credential) => ({
    plugin: 'hmac-auth',
    config: compact({ key_id: credential.text('username'), secret_key: credential.text('secret') }),
  }),
};

/** Converts consumers with their credentials. */
export function convertConsumers(root: Fields, owners: PluginsByOwner, conversion: Conversion): void {
  const loose = Object.keys(credentials).flatMap((list) =>
    root.objects(list).map((credential) => ({ list, credential, consumer: referenceOf(credential.take('consumer')) })),
  );
  const taken = new Set<Fields>();
  for (const consumer of root.objects('consumers')) {
    const username = consumer.text('username');
    const known = [username, idOf(consumer)];
    const own = loose.filter((one) => one.consumer !== undefined && known.includes(one.consumer));
    for (const { credential } of own) taken.add(credential);
    convertConsumer(consumer, username, own, { owners, conversion });
  }
  for (const { credential } of loose) {
    if (!taken.has(credential)) conversion.dropped(credential.path, 'the consumer of the credential is not there');
  }
}

interface LooseCredential {
  readonly list: string;
  readonly credential: Fields;
}

interface ConsumerContext {
  readonly owners: PluginsByOwner;
  readonly conversion: Conversion;
}

function convertConsumer(
  consumer: Fields,
  username: string | undefined,
  loose: readonly LooseCredential[],
  { owners, conversion }: ConsumerContext,
): void {
  consumer.ignore(...bookkeeping);
  const customId = consumer.text('custom_id');
  const given = username ?? customId ?? 'consumer';
  const name = freeName(given, conversion);
  if (name !== given)
    conversion.changed(consumer.path, `the consumer ${given} is called ${name}: letters, digits, _ and - only`);
  const { plugins } = convertPlugins(
    [...consumer.objects('plugins'), ...owners.of('consumer', consumer, username)],
    conversion,
  );
  const labels = labelsOf(consumer, customId === undefined ? {} : { custom_id: customId });
  conversion.set(
    'consumer',
    name,
    compact({ username: name, ...(Object.keys(plugins).length > 0 && { plugins }), ...labels }),
    consumer.path,
  );
  const own = Object.keys(credentials).flatMap((list) =>
    consumer.objects(list).map((credential) => ({ list, credential })),
  );
  for (const one of [...own, ...loose]) convertCredential(one, name, conversion);
  for (const list of ['acls', 'oauth2_credentials', 'mtls_auth_credentials', 'groups']) {
    const value = consumer.take(list);
    if (Array.isArray(value) && value.length > 0) conversion.dropped(consumer.at(list), `${list} have no counterpart`);
  }
  consumer.finish();
}

function convertCredential({ list, credential }: LooseCredential, consumer: string, conversion: Conversion): void {
  credential.ignore(...bookkeeping, 'consumer');
  const converted = credentials[list]?.(credential);
  const labels = labelsOf(credential);
  credential.finish();
  if (!converted) return;
  const { plugin, config } = converted;
  if (!conversion.hasPlugin(plugin)) {
    conversion.dropped(credential.path, `the credential is for the plugin ${plugin}, which this version does not have`);
    return;
  }
  const id = conversion.freeId('credential', plugin, consumer);
  const value = { id, plugins: { [plugin]: config }, ...labels };
  conversion.set('credential', `${consumer}/${id}`, value, credential.path);
}

function freeName(given: string, conversion: Conversion): string {
  return conversion.freeId('consumer', given.replaceAll(/[^A-Za-z0-9_-]+/g, '-'));
}
