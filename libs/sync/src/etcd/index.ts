export {
  apisixEncryption,
  type ApisixEncryption,
  type SecretPatterns,
  type ValueDecoder,
} from './apisix-encryption.ts';
export { EtcdClient } from './etcd-client.ts';
export type { EtcdOptions, EtcdTlsOptions } from './etcd-options.ts';
export { etcdSource, type EtcdSourceOptions } from './etcd-source.ts';
export { etcdErrors } from './etcd.errors.ts';
export type { Claim } from './fenced-writer.ts';
export type { ForeignEdit, ForeignReport } from './foreign-edits.ts';
export type { Head } from './head.ts';
export { KeyLayout, type ResourceName } from './layout.ts';
export {
  EtcdPublisher,
  type EtcdPublisherOptions,
  type PublishedChange,
  type PublishedRevision,
  type PublishedState,
  type ValueEncoder,
} from './publisher.ts';
export { type PrefixState, readPrefix } from './read-prefix.ts';
export type { Difference } from './state-difference.ts';
