import { getServers } from 'node:dns';
import { DnsDiscovery } from '@sluice/discovery';
import type { Log } from '@sluice/plugin-kit';
import type { Environment } from '@sluice/secrets';
import type { SettingsValues } from '@sluice/settings';
import type { upstreamSettings } from '../config/upstream-settings.ts';
import { DiscoveryResolution } from './discovery-resolution.ts';
import { SecretResolution } from './secret-resolution.ts';

type Values = SettingsValues<typeof upstreamSettings>;

/** What is put in the place of names before resources are served: secrets, then the servers of services. */
export function resolutionsFor(
  settings: Values,
  env: Environment,
  log: Log,
): [secrets: SecretResolution, discovery: DiscoveryResolution] {
  return [new SecretResolution(env, log), new DiscoveryResolution(new Map([['dns', dnsDiscovery(settings, log)]]))];
}

function dnsDiscovery(settings: Values, log: Log): DnsDiscovery {
  const { discovery, dns_resolver: resolver, dns_resolver_valid: valid, resolver_timeout: timeout } = settings;
  const { servers = resolver, order = ['last', 'SRV', 'A', 'AAAA'] } = discovery.dns ?? {};
  return new DnsDiscovery({
    servers: servers.length > 0 ? servers : getServers(),
    order,
    timeoutMs: timeout * 1000,
    validMs: valid === undefined ? undefined : valid * 1000,
    log,
  });
}
