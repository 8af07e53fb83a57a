import { type Kit, type Lease, Shared } from '@sluice/plugin-kit';
import type { OpenidConfig } from './config.ts';
import type { KeptDocument } from './kept-document.ts';
import { KeySet } from './key-set.ts';
import { type AskProvider, providerAccess } from './provider-access.ts';
import { type Metadata, providerMetadata } from './provider-metadata.ts';

/** What says which provider it is, and how to reach it. */
type Config = Pick<
  OpenidConfig,
  'cache_segment' | 'discovery' | 'jwk_expires_in' | 'proxy_opts' | 'ssl_verify' | 'timeout'
>;

/** A provider, with what it publishes of itself. */
export class Provider {
  readonly ask: AskProvider;
  readonly metadata: KeptDocument<Metadata>;
  readonly keySet: KeySet;

  constructor(config: Config, { clock, http }: Pick<Kit, 'clock' | 'http'>) {
    this.ask = providerAccess(config, { http });
    this.metadata = providerMetadata(config.discovery, this.ask, clock);
    this.keySet = new KeySet(this.metadata, this.ask, config.jwk_expires_in, clock);
  }

  /** Nothing is open between two questions; what it published is forgotten with it. */
  close(): void {
    return undefined;
  }
}

const providers = new Shared<Provider>();

/** The provider of a configuration: one for all that reach it in the same way, so that it is read once for all of them. */
export function providerOf(config: Config, kit: Pick<Kit, 'clock' | 'http' | 'log'>): Lease<Provider> {
  const { discovery, jwk_expires_in: lifetime, proxy_opts: proxies, ssl_verify: verifiesTls, timeout } = config;
  const key = JSON.stringify([discovery, lifetime, verifiesTls, timeout, proxies, config.cache_segment]);
  return providers.take(kit, key, () => new Provider(config, kit));
}
