import { readFileSync } from 'node:fs';
import type { EngineOptions } from '@sluice/engine';
import type { SettingsValues } from '@sluice/settings';
import type { dataPlaneSettings } from './settings.ts';

type Values = SettingsValues<typeof dataPlaneSettings>;

/** What an engine needs to find upstreams. Throws where a file that the settings name cannot be used. */
export function upstreamOptions(settings: Values): Pick<EngineOptions, 'dns' | 'trustedCertificates'> {
  const dns = {
    servers: settings.dns_resolver,
    validSeconds: settings.dns_resolver_valid,
    timeoutSeconds: settings.resolver_timeout,
    usesSearchList: settings.enable_resolv_search_opt,
  };
  const { ssl_trusted_certificate: path } = settings;
  return path === 'system' ? { dns } : { dns, trustedCertificates: certificatesIn(path) };
}

function certificatesIn(path: string): string[] {
  const setting = 'SLUICE_SSL_TRUSTED_CERTIFICATE';
  const certificates = read(path, setting).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!certificates) throw new Error(`${setting}: there is no certificate in ${path}.`);
  return certificates;
}

function read(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${setting}: ${path} cannot be read.`, { cause: error });
  }
}
