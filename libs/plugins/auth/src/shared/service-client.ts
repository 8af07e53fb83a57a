import type { HttpClientOptions } from '@sluice/plugin-kit';

interface ServiceOptions {
  readonly ssl_verify: boolean;
  readonly timeout: number;
  readonly keepalive: boolean;
  readonly keepalive_timeout: number;
}

/** The options of a client, of the fields by which a configuration says them. */
export function clientOptions(config: ServiceOptions): HttpClientOptions {
  const keepAliveMs = config.keepalive ? config.keepalive_timeout : 0;
  return { timeoutMs: config.timeout, verifiesTls: config.ssl_verify, keepAliveMs };
}
