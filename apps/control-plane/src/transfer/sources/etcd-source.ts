import { GatewayError } from '@sluice/errors';
import { namedSecretPatterns, type PluginSchema } from '@sluice/schema';
import type { EtcdClient, KeyLayout, readPrefix, ValueDecoder } from '@sluice/sync/etcd';
import { Refusal } from '../../http/refusal.ts';
import type { ImportSource } from '../import.schema.ts';
import { type ForeignContent, ForeignResources } from './foreign-resources.ts';

/** Reads what an APISIX, or another installation of ours, has stored in etcd, secrets decrypted where a key ring is given. */
export async function readEtcd(
  source: ImportSource,
  endpoints: readonly string[],
  lookup: (plugin: string) => PluginSchema | undefined,
): Promise<ForeignContent> {
  const etcd = await import('@sluice/sync/etcd');
  const { prefix = '/apisix', keyring = [] } = source;
  const layout = await refused(() => new etcd.KeyLayout(prefix), '/source/prefix');
  const client = await refused(() => new etcd.EtcdClient(optionsOf(source, endpoints)), '/source/endpoints');
  const decode = keyring.length > 0 ? etcd.apisixEncryption(keyring, namedSecretPatterns(lookup)).decode : undefined;
  const read = (): Promise<ForeignContent> => readKeys(client, layout, etcd.readPrefix, decode);
  try {
    return await refused(read, '/source/endpoints');
  } finally {
    client.close();
  }
}

async function readKeys(
  client: EtcdClient,
  layout: KeyLayout,
  readAll: typeof readPrefix,
  decode: ValueDecoder | undefined,
): Promise<ForeignContent> {
  const found = new ForeignResources();
  const { values } = await readAll(client, layout);
  for (const { key, value } of values) {
    const name = layout.resourceAt(key);
    // Marks of APISIX, and keys of ours that are no resources.
    if (!name) continue;
    const bytes = decode ? decode(name.kind, name.id, value) : value;
    found.addText(name.kind, name.id, Buffer.from(bytes).toString('utf8'), key.slice(layout.prefix.length));
  }
  return found.finish();
}

function optionsOf({ user, password, ca, cert, key }: ImportSource, endpoints: readonly string[]) {
  return {
    endpoints: [...endpoints],
    tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
    ...(user !== undefined && password !== undefined && { user, password }),
  };
}

/** What etcd or its settings say no to is the sender's business: the sender has named them. */
async function refused<T>(work: () => T | Promise<T>, field: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new Refusal('INVALID', `etcd cannot be read: ${error.detail ?? error.message}.`, { field });
  }
}
