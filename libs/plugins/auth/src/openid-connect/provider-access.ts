import type { HttpClientOptions, HttpRequest, Kit } from '@sluice/plugin-kit';
import { ProviderError } from './provider-error.ts';
import type { OpenidConfig } from './config.ts';

/** No document of a provider is longer. */
const bytesMax = 1024 * 1024;

/** An answer of the provider, read to its end. */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Asks the provider. Rejects with a `ProviderError` where it does not answer in time, or with its own trouble (5xx). */
export type AskProvider = (url: string | URL, request?: HttpRequest) => Promise<ProviderAnswer>;

type Config = Pick<OpenidConfig, 'timeout' | 'ssl_verify' | 'proxy_opts'>;

/** How long the provider may take, in milliseconds: whole thousands have always been milliseconds. */
export function timeoutMsOf({ timeout }: Pick<OpenidConfig, 'timeout'>): number {
  return timeout >= 1000 && timeout % 1000 === 0 ? timeout : timeout * 1000;
}

/** The way to the provider, directly or by proxies, as configured. */
export function providerAccess(config: Config, kit: Pick<Kit, 'http'>): AskProvider {
  const timeoutMs = timeoutMsOf(config);
  const clientFor = clientChoice(config, kit);
  return async (url, request = {}) => {
    const target = new URL(url);
    try {
      const signal = request.signal ?? AbortSignal.timeout(timeoutMs);
      const answer = await clientFor(target).request(target, { ...request, signal });
      const { status, headers } = answer;
      const text = await answer.text(bytesMax);
      if (status >= 500) throw new ProviderError(`${target.origin}${target.pathname} answered ${status}`, true);
      return { status, headers, text };
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ProviderError(`${target.origin}${target.pathname} gives no answer: ${why}`, true, error);
    }
  };
}

function clientChoice(config: Config, kit: Pick<Kit, 'http'>) {
  const options = { timeoutMs: timeoutMsOf(config), verifiesTls: config.ssl_verify };
  const direct = kit.http(options);
  const { proxy_opts: proxies } = config;
  if (proxies === undefined) return () => direct;
  const byHttp = proxied(proxies.http_proxy, proxies.http_proxy_authorization);
  const byHttps = proxied(proxies.https_proxy, proxies.https_proxy_authorization);
  const clients = new Map([
    ['http:', byHttp ? kit.http({ ...options, ...byHttp }) : direct],
    ['https:', byHttps ? kit.http({ ...options, ...byHttps }) : direct],
  ]);
  const isExempt = exemption(proxies.no_proxy ?? '');
  return ({ protocol, hostname }: URL) => (isExempt(hostname) ? direct : (clients.get(protocol) ?? direct));
}

function proxied(address: string | undefined, authorization: string | undefined): HttpClientOptions | undefined {
  if (address === undefined) return undefined;
  const proxy = new URL(address);
  if (authorization !== undefined) {
    const pair = Buffer.from(authorization.replace(/^basic +/i, ''), 'base64').toString();
    const end = pair.indexOf(':');
    proxy.username = encodeURIComponent(pair.slice(0, end));
    proxy.password = encodeURIComponent(pair.slice(end + 1));
  }
  return { proxy: proxy.href };
}

function exemption(list: string): (hostname: string) => boolean {
  const names = list
    .split(',')
    .map((name) => name.trim().toLowerCase().replace(/^\./, ''))
    .filter((name) => name !== '');
  if (names.includes('*')) return () => true;
  return (hostname) => names.some((name) => hostname === name || hostname.endsWith(`.${name}`));
}
